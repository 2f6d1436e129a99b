/* Several that train one network together, each on its slice of every batch: the curve is that of one alone. */
#include "tests/support/check.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

#include "base/text.h"
#include "cpu/cpu_backend.h"
#include "data/sources/source_memory.h"
#include "nn/communicators/communicator_threads.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/trainer.h"
#include "tests/support/bell.h"
#include "tests/support/toy_data.h"
#include "tests/support/wrong_sums.h"

enum { BATCH = 32, TRAIN = 290 /* 9 batches and one of 2 images, fewer than ranks */, TEST = 50, STEPS_MOST = 50 };

static const char dense[] = "flatten =\ndense = units=16 activation=relu\ndropout = rate=0.2\ndense = units=4\n";
static const char conv[] = "conv2d = filters=4 activation=relu\nmaxpool2d =\nconv2d = filters=6 stride=2\n"
                           "global_avgpool =\ndense = units=4\n";
static const char norm[] = "conv2d = filters=4\nbatch_norm =\nactivation = function=relu\nglobal_avgpool =\n"
                           "dense = units=4\n";
/* Batch norm behind convolutions, behind a sum and behind a dense layer. */
static const char residual[] = "conv2d = filters=4 padding=same bias=no\nbatch_norm =\nactivation = function=relu\n"
                               "residual = filters=6 stride=2\nbatch_norm =\nglobal_avgpool =\ndense = units=6\n"
                               "batch_norm =\ndense = units=4\n";

/* A run and what it left. */
struct outcome {
    struct trainer_status status;
    size_t n_steps, n_epochs, n_parameters;
    struct point steps[STEPS_MOST], epochs[16];
    float *parameters;
    struct snapshot last;
};

static void parse(struct recipe *r, const char *settings, const char *layers)
{
    char text[700];
    struct error e = { 0 };

    snprintf(text, sizeof text,
             "[data]\nflip = yes\nshift = 1\nbrightness = 0.2\n[training]\nbatch = %d\nepochs = 5\nclip = 1\n%s"
             "[layers]\n%s",
             BATCH, settings, layers);
    assert_good(recipe_parse(r, text, "toy.ini", &e), e);
}

static void copy_array(float **to, const float *from, size_t bytes)
{
    *to = bytes > 0 ? malloc(bytes) : NULL;
    if (*to)
        memcpy(*to, from, bytes);
}

static void keep_last(struct trainer *t, struct snapshot *out)
{
    const struct snapshot *s = trainer_take_snapshot(t);

    if (!s)
        return;
    *out = *s;
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        copy_array(&out->array[i], s->array[i], s->bytes[i]);
    trainer_give_back_snapshot(t, 0);
}

static void finish(struct trainer *t, struct outcome *out)
{
    *out = (struct outcome){ .n_steps = 0 };
    trainer_wait(t);
    trainer_status(t, &out->status);
    out->n_steps = series_length(trainer_steps(t));
    out->n_epochs = series_length(trainer_epochs(t));
    assert_true(out->n_steps <= STEPS_MOST);
    for (size_t i = 0; i < out->n_steps; i++)
        out->steps[i] = series_at(trainer_steps(t), i);
    for (size_t i = 0; i < out->n_epochs; i++)
        out->epochs[i] = series_at(trainer_epochs(t), i);
    keep_last(t, &out->last);
    if (trainer_weights(t)) {
        out->n_parameters = trainer_weights(t)->plan->arena_bytes[ARENA_PARAMETERS];
        copy_array(&out->parameters, trainer_weights(t)->parameters, out->n_parameters);
    }
    trainer_close(t);
}

static void forget(struct outcome *o)
{
    free(o->parameters);
    snapshot_free(&o->last);
}

static struct trainer *start(const struct recipe *r, struct source *source, int ranks, int last_epoch,
                             const struct trainer_resume *resume, struct trainer_events events)
{
    struct error e = { 0 };
    const struct trainer_setup setup = { .recipe = r,
                                         .backend = &cpu_backend_class,
                                         .source = source,
                                         .device = { .threads = 1, .replicas = ranks },
                                         .events = events,
                                         .resume = resume,
                                         .last_epoch = last_epoch };
    struct trainer *t = trainer_start(&setup, &e);

    assert_good(t != NULL, e);
    return t;
}

static void run(const struct recipe *r, struct source *source, int ranks, struct outcome *out)
{
    finish(start(r, source, ranks, 0, NULL, (struct trainer_events){ .changed = NULL }), out);
    if (out->status.state != TRAINER_FINISHED)
        fail_msg("%d ranks: %s", ranks, out->status.error.text);
}

static void assert_near(const struct outcome *a, const struct outcome *b, double most)
{
    assert_int_equal(a->n_steps, b->n_steps);
    assert_int_equal(a->n_epochs, b->n_epochs);
    for (size_t i = 0; i < a->n_steps; i++) {
        assert_true(fabs((double)a->steps[i].loss - (double)b->steps[i].loss) <= most);
        assert_true(most > 0 || a->steps[i].accuracy == b->steps[i].accuracy);
    }
    for (size_t i = 0; i < a->n_epochs; i++)
        if (!(fabs((double)a->epochs[i].loss - (double)b->epochs[i].loss) <= most))
            fail_msg("epoch %zu: %.9g and %.9g", i + 1, (double)a->epochs[i].loss, (double)b->epochs[i].loss);
}

static void assert_same_weights(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->n_parameters, b->n_parameters);
    assert_memory_equal(a->parameters, b->parameters, a->n_parameters);
}

/* With one to four ranks, and the same bits again with as many. */
static void assert_same_curve(const struct recipe *r, struct source *source)
{
    static struct outcome one, several, again;

    run(r, source, 1, &one);
    assert_int_equal(one.n_steps, STEPS_MOST);
    for (int ranks = 2; ranks <= 4; ranks++) {
        run(r, source, ranks, &several);
        run(r, source, ranks, &again);
        assert_near(&one, &several, 1e-5);
        assert_near(&several, &again, 0);
        assert_same_weights(&several, &again);
        assert_int_equal(several.status.images, one.status.images);
        forget(&several);
        forget(&again);
    }
    forget(&one);
}

/* Dropout, augmentation, clipping and the smaller last batch are those of the whole batch. */
static void the_curve_does_not_depend_on_how_many_there_are(void **state)
{
    static const char *const networks[] = { dense, conv };
    static struct recipe r;
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    for (size_t n = 0; n < sizeof networks / sizeof *networks; n++) {
        parse(&r, "", networks[n]);
        assert_same_curve(&r, source);
    }
    source_close(source);
}

/* The last batch has fewer images than there are ranks: those that have none follow the moving mean all the same, as
 * the losses of validation tell. Of a bias that batch norm takes away again the gradient is nothing but the rounding of
 * sums; Adam would make whole steps of it. */
static void batch_norm_over_all_is_that_of_one(void **state)
{
    static const char *const networks[] = { norm, residual };
    static struct recipe r;
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    for (size_t n = 0; n < sizeof networks / sizeof *networks; n++) {
        parse(&r, "batch_norm = all\nbucket = 0.001\n", networks[n]);
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
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    parse(&r, "batch_norm = all\naccumulate = 2\n", norm);
    finish(start(&r, source, 2, 0, NULL, (struct trainer_events){ .changed = NULL }), &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    assert_non_null(strstr(out.status.error.text, "set accumulate = 1, or batch_norm = device"));
    forget(&out);
    source_close(source);
}

/* A rank's last image is mixed with the first one of the next rank. */
static void images_are_mixed_over_the_whole_batch(void **state)
{
    static struct recipe r;
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    parse(&r, "", conv);
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
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    parse(&r, "accumulate = 4\n", dense);
    assert_same_curve(&r, source);
    source_close(source);
}

static double work_of(const struct recipe *r, struct source *source, int ranks)
{
    struct trainer *t = start(r, source, ranks, 1, NULL, (struct trainer_events){ .changed = NULL });
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
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    parse(&r, "", dense);

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
    struct source *source = toy_data(TRAIN, TEST, true);
    (void)state;

    parse(&r, "patience = 4\n", norm);
    run(&r, source, 3, &first);
    run(&r, source, 3, &again);
    assert_near(&first, &again, 0);
    assert_same_weights(&first, &again);
    assert_true(first.epochs[first.n_epochs - 1].loss < first.epochs[0].loss);
    forget(&first);
    forget(&again);
    source_close(source);
}

static void what_four_left_two_go_on_with(void **state)
{
    static struct outcome whole, left, rest;
    static struct recipe r;
    struct source *source = toy_data(TRAIN, TEST, true);
    const struct trainer_events none = { .changed = NULL };
    (void)state;

    parse(&r, "checkpoint = 1000\n", dense);
    run(&r, source, 4, &whole);
    finish(start(&r, source, 4, 2, NULL, none), &left);
    assert_int_equal(left.status.state, TRAINER_STOPPED);
    assert_true(left.last.steps == 20 && left.n_steps == 20);

    const struct trainer_resume resume = { .snapshot = &left.last,
                                           .steps = left.steps,
                                           .epochs = left.epochs,
                                           .n_steps = left.n_steps,
                                           .n_epochs = left.n_epochs };

    finish(start(&r, source, 2, 0, &resume, none), &rest);
    assert_int_equal(rest.status.state, TRAINER_FINISHED);
    assert_near(&whole, &rest, 1e-5);
    forget(&whole);
    forget(&left);
    forget(&rest);
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
    struct source *source = toy_data(TRAIN, TEST, true);
    struct trainer *t;
    (void)state;

    parse(&r, "", dense);
    r.training.epochs = 10000;
    r.training.checkpoint = 1000;
    t = start(&r, source, 3, 0, NULL, (struct trainer_events){ bell_ring, &bell });
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
    keep_last(t, &out.last);
    assert_true(out.last.steps == status.steps);
    snapshot_free(&out.last);
    trainer_close(t);
    source_close(source);
}

/* Images in memory that the second rank finds damaged: who measures them before the first step is the first. */
struct damaged {
    struct source base;
    struct source *of;
    pthread_mutex_t lock;
    pthread_t first;
    bool measured;
};

static void describe(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct damaged *)s)->of, info);
}

static bool read_images(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    struct damaged *d = (struct damaged *)s;

    pthread_mutex_lock(&d->lock);
    if (!d->measured)
        d->first = pthread_self();
    d->measured = true;
    bool its_own = pthread_equal(d->first, pthread_self());
    pthread_mutex_unlock(&d->lock);
    return its_own ? source_read(d->of, split, index, n, images, labels, e)
                   : error_set(e, ERROR_INPUT, "image %u is damaged", index[0]);
}

static void one_that_fails_ends_all_with_its_words(void **state)
{
    static const struct source_ops ops = { .describe = describe, .read = read_images };
    static struct recipe r;
    static struct outcome out;
    struct damaged source = { .base = { .ops = &ops }, .of = toy_data(TRAIN, TEST, true),
                              .lock = PTHREAD_MUTEX_INITIALIZER };
    (void)state;

    parse(&r, "", dense);
    finish(start(&r, &source.base, 2, 0, NULL, (struct trainer_events){ .changed = NULL }), &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    if (strncmp(out.status.error.text, "rank 1: image ", 14) != 0)
        fail_msg("%s", out.status.error.text);
    assert_int_equal(out.status.steps, 0);
    forget(&out);
    source_close(source.of);
}

/* As ranks of several processes: each with images of its own. What each of them says. */
static void train_with(const struct recipe *r, struct source *const sources[2], struct communicator *const members[2],
                       struct outcome out[2])
{
    struct trainer *trainers[2];
    struct error e = { 0 };

    for (int i = 0; i < 2; i++) {
        const struct trainer_setup setup = { .recipe = r,
                                             .backend = &cpu_backend_class,
                                             .source = sources[i],
                                             .communicator = members[i],
                                             .device = { .threads = 1, .replicas = 1 } };

        trainers[i] = trainer_start(&setup, &e);
        assert_good(trainers[i] != NULL, e);
    }
    for (int i = 0; i < 2; i++)
        finish(trainers[i], &out[i]);
    for (int i = 0; i < 2; i++)
        members[i]->ops->close(members[i]);
}

static void train_apart(const struct recipe *r, struct source *const sources[2], struct outcome out[2])
{
    struct communicator *members[2];
    struct error e = { 0 };

    assert_good(communicator_threads_open(2, members, &e), e);
    train_with(r, sources, members, out);
}

/* In the second epoch one rank has another sum than the others: its end is the run's. */
static void weights_that_are_not_alike_any_more_end_the_run(void **state)
{
    static struct recipe r;
    static struct outcome out[2];
    struct source *const sources[] = { toy_data(TRAIN, TEST, true), toy_data(TRAIN, TEST, true) };
    const int steps = 10;
    struct communicator *members[2], *with[2];
    struct error e = { 0 };
    (void)state;

    parse(&r, "", dense);
    assert_good(communicator_threads_open(2, members, &e), e);

    struct wrong_sums w = wrong_sums_over(members[1], steps + 3);

    with[0] = members[0];
    with[1] = &w.base;
    train_with(&r, sources, with, out);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FAILED);
        assert_int_equal(out[i].status.error.kind, ERROR_RUN);
        assert_string_equal(out[i].status.error.text, "after step 20 the weights of rank 1 are no longer those of rank "
                                                      "0: a device or a library has computed wrong");
        assert_int_equal(out[i].status.steps, 2 * steps);
        forget(&out[i]);
        source_close(sources[i]);
    }
}

/* `other` is the second rank's, which it takes. */
static void assert_refused(const struct recipe *r, struct source *other, const char *words)
{
    static struct outcome out[2];
    struct source *const sources[] = { toy_data(TRAIN, TEST, true), other };

    train_apart(r, sources, out);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FAILED);
        assert_int_equal(out[i].status.error.kind, ERROR_INPUT);
        assert_string_equal(out[i].status.error.text, words);
        forget(&out[i]);
        source_close(sources[i]);
    }
}

static void one_with_other_images_is_told_by_all(void **state)
{
    static struct recipe r;
    static struct outcome out[2];
    struct source *relabelled = toy_data(TRAIN, TEST, true), *same[] = { toy_data(TRAIN, TEST, true), NULL };
    (void)state;

    parse(&r, "", dense);
    text_copy(r.data.dataset, sizeof r.data.dataset, "/data/toy.h5");
    source_memory_labels(relabelled, SPLIT_TRAIN)[1] ^= 1; /* of an image that no fingerprint looks at */
    assert_refused(&r, relabelled,
                   "rank 1 finds other data in toy.h5 than rank 0: other training labels; all ranks need the "
                   "same files");
    assert_refused(&r, toy_data(TRAIN - 2, TEST, true),
                   "rank 1 finds other data in toy.h5 than rank 0: 290 training images on rank 0, 288 on rank 1; all "
                   "ranks need the same files");
    same[1] = toy_data(TRAIN, TEST, true);
    train_apart(&r, same, out);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out[i].status.state, TRAINER_FINISHED);
        forget(&out[i]);
        source_close(same[i]);
    }
}

/* Images of which only so many can be read. */
struct wearing {
    struct source base;
    struct source *of;
    int left;
};

static void describe_wearing(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct wearing *)s)->of, info);
}

static bool read_wearing(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    struct wearing *w = (struct wearing *)s;

    w->left -= n;
    return w->left > 0 ? source_read(w->of, split, index, n, images, labels, e)
                       : error_set(e, ERROR_IO, "the disk of this node is gone");
}

/* Rank 0 keeps the steps that all have made: the run that goes on from them is the one that nobody left. */
static void where_another_is_lost_the_first_keeps_the_last_step(void **state)
{
    static const struct source_ops ops = { .describe = describe_wearing, .read = read_wearing };
    static struct recipe r;
    static struct outcome whole, lost[2], rest;
    struct source *source = toy_data(TRAIN, TEST, true);
    struct wearing wearing = { .base = { .ops = &ops }, .of = toy_data(TRAIN, TEST, true), .left = 500 };
    struct source *const sources[] = { source, &wearing.base };
    (void)state;

    parse(&r, "checkpoint = 1000\n", dense);
    run(&r, source, 2, &whole);
    train_apart(&r, sources, lost);
    assert_int_equal(lost[0].status.state, TRAINER_FAILED);
    assert_string_equal(lost[0].status.error.text, "rank 1: the disk of this node is gone");
    assert_true(lost[0].status.steps > 10 && lost[0].status.steps < 50);
    assert_true(lost[0].last.steps == lost[0].status.steps);

    const struct trainer_resume resume = { .snapshot = &lost[0].last,
                                           .steps = lost[0].steps,
                                           .epochs = lost[0].epochs,
                                           .n_steps = lost[0].n_steps,
                                           .n_epochs = lost[0].n_epochs };

    finish(start(&r, source, 2, 0, &resume, (struct trainer_events){ .changed = NULL }), &rest);
    assert_int_equal(rest.status.state, TRAINER_FINISHED);
    assert_near(&whole, &rest, 0);
    assert_same_weights(&whole, &rest);
    forget(&whole);
    forget(&lost[0]);
    forget(&lost[1]);
    forget(&rest);
    source_close(source);
    source_close(wearing.of);
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
        cmocka_unit_test(what_four_left_two_go_on_with),
        cmocka_unit_test(commands_are_those_of_the_first),
        cmocka_unit_test(one_that_fails_ends_all_with_its_words),
        cmocka_unit_test(one_with_other_images_is_told_by_all),
        cmocka_unit_test(where_another_is_lost_the_first_keeps_the_last_step),
        cmocka_unit_test(weights_that_are_not_alike_any_more_end_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
