/* Several that train one network together, each on its slice of every batch: the curve is that of one alone. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "nn/recipe/shares.h"
#include "nn/train/trainer.h"
#include "tests/support/bell.h"
#include "tests/support/toy_data.h"
#include "tests/support/toy_training.h"

/* Batch norm behind convolutions, behind a sum and behind a dense layer. */
static const char residual[] = "conv2d = filters=4 padding=same bias=no\nbatch_norm =\nactivation = function=relu\n"
                               "residual = filters=6 stride=2\nbatch_norm =\nglobal_avgpool =\ndense = units=6\n"
                               "batch_norm =\ndense = units=4\n";

/* With one to four ranks, and the same bits again with as many. */
static void assert_same_curve(const struct recipe *r, struct source *source)
{
    static struct outcome one, several, again;

    toy_run(r, source, 1, &one);
    assert_int_equal(one.n_steps, TOY_STEPS);
    for (int ranks = 2; ranks <= 4; ranks++) {
        toy_run(r, source, ranks, &several);
        toy_run(r, source, ranks, &again);
        assert_near(&one, &several, 1e-5);
        assert_near(&several, &again, 0);
        assert_same_weights(&several, &again);
        assert_int_equal(several.status.images, one.status.images);
        outcome_free(&several);
        outcome_free(&again);
    }
    outcome_free(&one);
}

/* Dropout, augmentation, clipping and the smaller last batch are those of the whole batch. */
static void the_curve_does_not_depend_on_how_many_there_are(void **state)
{
    static const char *const networks[] = { toy_dense, toy_conv };
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    for (size_t n = 0; n < sizeof networks / sizeof *networks; n++) {
        toy_recipe(&r, "", networks[n]);
        assert_same_curve(&r, source);
    }
    source_close(source);
}

/* The last batch has fewer images than there are ranks: those that have none follow the moving mean all the same, as
 * the losses of validation tell. Of a bias that batch norm takes away again the gradient is nothing but the rounding of
 * sums; Adam would make whole steps of it. */
static void batch_norm_over_all_is_that_of_one(void **state)
{
    static const char *const networks[] = { toy_norm, residual };
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    for (size_t n = 0; n < sizeof networks / sizeof *networks; n++) {
        toy_recipe(&r, "batch_norm = all\nbucket = 0.001\n", networks[n]);
        r.optimiser.kind = OPTIMISER_SGD;
        r.optimiser.learning_rate = 0.1;
        assert_same_curve(&r, source);
    }
    source_close(source);
}

static void batch_norm_over_all_wants_the_whole_batch_at_once(void **state)
{
    static struct recipe r;
    static struct outcome out;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "batch_norm = all\naccumulate = 2\n", toy_norm);
    outcome_take(toy_start(&r, source, 2, 0, NULL, (struct trainer_events){ .changed = NULL }), &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    assert_non_null(strstr(out.status.error.text, "set accumulate = 1, or batch_norm = device"));
    outcome_free(&out);
    source_close(source);
}

/* A rank's last image is mixed with the first one of the next rank. */
static void images_are_mixed_over_the_whole_batch(void **state)
{
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "", toy_conv);
    r.data.mixup = 0.4;
    r.data.cutmix = 1;
    assert_same_curve(&r, source);
    r.data.cutmix = 0;
    r.training.accumulate = 3;
    assert_same_curve(&r, source);
    source_close(source);
}

/* A rank without an image of the last batch waits for the parts of those that have some. */
static void parts_of_a_batch_are_shared_too(void **state)
{
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "accumulate = 4\n", toy_dense);
    assert_same_curve(&r, source);
    source_close(source);
}

/* Slices as large as the recipe says, of whole batches and of the last one; the same bits again. */
static void a_batch_is_shared_as_the_recipe_says(void **state)
{
    static const struct {
        const char *shares, *settings, *network;
        int ranks;
    } cases[] = {
        { "20,12", "", toy_dense, 2 },
        { "3,1", "", toy_conv, 2 },
        { "29,1,2", "accumulate = 3\n", toy_conv, 3 },
        { "1,2x2,5", "batch_norm = all\nbucket = 0.001\n", toy_norm, 4 },
    };
    static struct outcome one, several, again;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        toy_recipe(&r, cases[i].settings, cases[i].network);
        r.data.mixup = i == 1 ? 0.4 : 0;
        r.optimiser.kind = OPTIMISER_SGD;
        r.optimiser.learning_rate = 0.1;
        toy_run(&r, source, 1, &one);
        snprintf(r.training.shares, sizeof r.training.shares, "%s", cases[i].shares);
        toy_run(&r, source, cases[i].ranks, &several);
        toy_run(&r, source, cases[i].ranks, &again);
        assert_near(&one, &several, 1e-5);
        assert_near(&several, &again, 0);
        assert_same_weights(&several, &again);
        assert_string_equal(several.status.shares, ""); /* nothing was found */
        outcome_free(&one);
        outcome_free(&several);
        outcome_free(&again);
    }
    source_close(source);
}

/* What batch norm has kept of the images: of weights that do not change. */
static void find_moving_mean(const struct recipe *r, struct source *source, int ranks, float mean[4])
{
    struct trainer *t = toy_start(r, source, ranks, 0, NULL, (struct trainer_events){ .changed = NULL });
    const struct trainer_weights *w;

    trainer_wait(t);
    w = trainer_weights(t);
    assert_non_null(w);
    for (int v = 0; v < w->plan->n_values; v++)
        if (strcmp(w->plan->values[v].name, "moving") == 0)
            memcpy(mean, (const char *)w->statistics + w->plan->values[v].offset, 4 * sizeof *mean);
    trainer_close(t);
}

/* A slice counts as much as the images that it has: the mean of all is that of the whole batch. */
static void moving_means_are_means_over_images(void **state)
{
    enum { WHOLE_BATCHES = 4 * TOY_BATCH };
    static struct recipe r;
    struct source *source = toy_data(WHOLE_BATCHES, TOY_TEST, true);
    float one[4] = { 0 }, several[4] = { 0 };
    (void)state;

    toy_recipe(&r, "", toy_norm);
    r.optimiser.kind = OPTIMISER_SGD;
    r.optimiser.learning_rate = 1e-12;
    find_moving_mean(&r, source, 1, one);
    snprintf(r.training.shares, sizeof r.training.shares, "30,1,1");
    find_moving_mean(&r, source, 3, several);
    for (int c = 0; c < 4; c++)
        assert_true(one[c] != 0 && fabsf(one[c] - several[c]) < 1e-6f);
    source_close(source);
}

/* What they are depends on the moment: trained again with them, a run has the same bits. */
static void shares_that_were_measured_can_be_used_again(void **state)
{
    static struct outcome one, found, again;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "shares = measured\n", toy_conv);
    toy_run(&r, source, 1, &one);
    toy_run(&r, source, 3, &found);
    assert_int_equal(shares_count(found.status.shares), 3);
    assert_int_equal(shares_of(found.status.shares, 0, 3).all, TOY_BATCH);
    assert_non_null(strstr(found.status.shares_words, "rank 0 takes "));
    assert_non_null(strstr(found.status.shares_words, " of 32 images, by measured speed"));
    assert_near(&one, &found, 1e-5);
    snprintf(r.training.shares, sizeof r.training.shares, "%s", found.status.shares);
    toy_run(&r, source, 3, &again);
    assert_near(&found, &again, 0);
    assert_same_weights(&found, &again);
    outcome_free(&one);
    outcome_free(&found);
    outcome_free(&again);
    source_close(source);
}

static void shares_of_others_are_refused(void **state)
{
    static struct outcome out;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "shares = 20,12\n", toy_dense);
    outcome_take(toy_start(&r, source, 3, 0, NULL, (struct trainer_events){ .changed = NULL }), &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    assert_non_null(strstr(out.status.error.text, "training.shares = 20,12 is for 2 that train together, and there "
                                                  "are 3"));
    outcome_free(&out);
    source_close(source);
}

static double work_of(const struct recipe *r, struct source *source, int ranks)
{
    struct trainer *t = toy_start(r, source, ranks, 1, NULL, (struct trainer_events){ .changed = NULL });
    struct step_profile profile;

    trainer_wait(t);
    trainer_profile(t, &profile);
    trainer_close(t);
    return profile.flops;
}

/* Whoever tells a speed divides it by the whole batch. */
static void the_work_of_a_step_is_that_of_all_ranks(void **state)
{
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "", toy_dense);

    const double alone = work_of(&r, source, 1);

    assert_true(alone > 0);
    assert_true(work_of(&r, source, 2) == alone);
    assert_true(work_of(&r, source, 3) == alone);
    source_close(source);
}

/* Each normalises over its own images, and what evaluation uses is the mean over all: the same bits from run to run. */
static void batch_norm_learns_on_each_rank(void **state)
{
    static struct outcome first, again;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "patience = 4\n", toy_norm);
    toy_run(&r, source, 3, &first);
    toy_run(&r, source, 3, &again);
    assert_near(&first, &again, 0);
    assert_same_weights(&first, &again);
    assert_true(first.epochs[first.n_epochs - 1].loss < first.epochs[0].loss);
    outcome_free(&first);
    outcome_free(&again);
    source_close(source);
}

static void what_four_left_two_go_on_with(void **state)
{
    static struct outcome whole, left, rest;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    const struct trainer_events none = { .changed = NULL };
    (void)state;

    toy_recipe(&r, "checkpoint = 1000\n", toy_dense);
    toy_run(&r, source, 4, &whole);
    outcome_take(toy_start(&r, source, 4, 2, NULL, none), &left);
    assert_int_equal(left.status.state, TRAINER_STOPPED);
    assert_true(left.last.steps == 20 && left.n_steps == 20);

    const struct trainer_resume resume = { .snapshot = &left.last,
                                           .steps = left.steps,
                                           .epochs = left.epochs,
                                           .n_steps = left.n_steps,
                                           .n_epochs = left.n_epochs };

    outcome_take(toy_start(&r, source, 2, 0, &resume, none), &rest);
    assert_int_equal(rest.status.state, TRAINER_FINISHED);
    assert_near(&whole, &rest, 1e-5);
    outcome_free(&whole);
    outcome_free(&left);
    outcome_free(&rest);
    source_close(source);
}

static struct trainer_status wait_for(struct trainer *t, struct bell *bell, enum trainer_state state, uint64_t steps)
{
    struct trainer_status status;
    int seen = 0;

    for (trainer_status(t, &status); !trainer_over(status.state) && (status.state != state || status.steps < steps);
         trainer_status(t, &status))
        bell_await(bell, &seen);
    return status;
}

/* All do at the same step what the first is told. */
static void commands_are_those_of_the_first(void **state)
{
    static struct outcome out;
    static struct recipe r;
    struct bell bell = BELL;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    struct trainer *t;
    (void)state;

    toy_recipe(&r, "", toy_dense);
    r.training.epochs = 10000;
    r.training.checkpoint = 1000;
    t = toy_start(&r, source, 3, 0, NULL, (struct trainer_events){ bell_ring, &bell });
    wait_for(t, &bell, TRAINER_RUNNING, 3);
    trainer_command(t, TRAINER_LEARNING_RATE, 0.5);
    trainer_command(t, TRAINER_PAUSE, 0);
    assert_int_equal(wait_for(t, &bell, TRAINER_PAUSED, 0).state, TRAINER_PAUSED);
    trainer_command(t, TRAINER_RESUME, 0);
    trainer_command(t, TRAINER_SNAPSHOT, 0);

    struct trainer_status status = wait_for(t, &bell, TRAINER_RUNNING, 0);

    status = wait_for(t, &bell, TRAINER_RUNNING, status.steps + 2);
    assert_true(status.rate_factor == 0.5);
    trainer_command(t, TRAINER_STOP, 0);
    trainer_wait(t);
    trainer_status(t, &status);
    if (status.state != TRAINER_STOPPED)
        fail_msg("%s", status.error.text);
    assert_true(trainer_weights(t) != NULL);
    outcome_last(t, &out.last);
    assert_true(out.last.steps == status.steps);
    snapshot_free(&out.last);
    trainer_close(t);
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_does_not_depend_on_how_many_there_are),
        cmocka_unit_test(the_work_of_a_step_is_that_of_all_ranks),
        cmocka_unit_test(batch_norm_learns_on_each_rank),
        cmocka_unit_test(batch_norm_over_all_is_that_of_one),
        cmocka_unit_test(batch_norm_over_all_wants_the_whole_batch_at_once),
        cmocka_unit_test(images_are_mixed_over_the_whole_batch),
        cmocka_unit_test(parts_of_a_batch_are_shared_too),
        cmocka_unit_test(a_batch_is_shared_as_the_recipe_says),
        cmocka_unit_test(moving_means_are_means_over_images),
        cmocka_unit_test(shares_that_were_measured_can_be_used_again),
        cmocka_unit_test(shares_of_others_are_refused),
        cmocka_unit_test(what_four_left_two_go_on_with),
        cmocka_unit_test(commands_are_those_of_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
