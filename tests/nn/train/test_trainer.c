#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cpu/cpu_backend.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/last_steps.h"
#include "nn/train/trainer.h"
#include "tests/support/bell.h"
#include "tests/support/toy_data.h"

/* A trainer and a way to wait for what it does: every event wakes the waiter. */
struct scene {
    struct recipe recipe;
    struct source *source;
    struct trainer *trainer;
    int threads;
    struct bell bell;
};

static void begin(struct scene *s, const char *layers, struct source *source)
{
    char text[512] = "[training]\nbatch = 32\nepochs = 4\n[layers]\n";
    struct error e = { 0 };

    *s = (struct scene){ .source = source, .threads = 1, .bell = BELL };
    strcat(text, layers);
    assert_good(recipe_parse(&s->recipe, text, "toy.ini", &e), e);
}

static void start(struct scene *s)
{
    struct error e = { 0 };
    struct trainer_setup setup = { .recipe = &s->recipe, .backend = &cpu_backend_class, .source = s->source,
                                   .device = { .threads = s->threads }, .events = { bell_ring, &s->bell } };

    s->trainer = trainer_start(&setup, &e);
    assert_good(s->trainer != NULL, e);
}

static bool has_come(const struct scene *s, const struct trainer_status *now, enum trainer_state state, size_t steps)
{
    return (now->state == state && series_length(trainer_steps(s->trainer)) >= steps) || trainer_over(now->state);
}

/* Until the state is the wanted one with that many steps done, or the run is over. */
static struct trainer_status wait_for_steps(struct scene *s, enum trainer_state state, size_t steps)
{
    struct trainer_status status;
    int seen = 0;

    for (trainer_status(s->trainer, &status); !has_come(s, &status, state, steps); trainer_status(s->trainer, &status))
        bell_await(&s->bell, &seen);
    return status;
}

static struct trainer_status wait_for(struct scene *s, enum trainer_state state)
{
    return wait_for_steps(s, state, 0);
}

static void end(struct scene *s)
{
    trainer_close(s->trainer);
    source_close(s->source);
}

static const char dense_layers[] = "flatten =\ndense = units=16 activation=relu\ndropout = rate=0.2\ndense = units=4\n";
static const char conv_layers[] =
    "conv2d = filters=4 activation=relu\nbatch_norm =\nmaxpool2d =\nresidual = filters=8 stride=2\n"
    "global_avgpool =\ndense = units=4\n";

static void a_network_learns(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 200, true));
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_true(status.test_accuracy > 0.95);
    assert_true(status.train_loss < 0.5);
    assert_int_equal(status.epoch, 4);
    /* 1000 images in batches of 32: 31 whole ones and one of 8. */
    assert_int_equal(series_length(trainer_steps(s.trainer)), 4 * 32);
    assert_int_equal(series_length(trainer_epochs(s.trainer)), 4);
    assert_int_equal(series_length(trainer_means(s.trainer)), 4);
    assert_true(series_at(trainer_steps(s.trainer), 127).position == 4);
    assert_non_null(trainer_weights(s.trainer));
    end(&s);
}

/* One speed, told of the run and of its epochs: together they take the time that training took, which is less than all,
 * as validations are left out. */
static void speeds_of_epochs_and_run_agree(void **state)
{
    static struct scene s;
    struct trainer_status status;
    double seconds = 0;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 2000, true));
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    for (size_t i = 0; i < 4; i++)
        seconds += 1000 / (double)series_at(trainer_means(s.trainer), i).images_per_second;
    assert_true(fabs(seconds - status.training_seconds) < 1e-5 * seconds);
    assert_true(fabs(status.speed * status.training_seconds - 4000) < 1e-6);
    assert_true(status.training_seconds < (double)series_at(trainer_means(s.trainer), 3).seconds);
    end(&s);
}

/* The products of a training step: forward and weights' gradients of both dense layers, the input gradient of one. */
static void the_profile_is_of_the_whole_run(void **state)
{
    static struct scene s;
    static struct step_profile p;
    struct trainer_status status;
    const double products = 2.0 * 32 * (2 * (64 * 16 + 16 * 4) + 16 * 4);
    double sum = 0;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 200, true));
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    trainer_profile(s.trainer, &p);
    assert_true(p.sampled && p.n_layers == 4);
    assert_true(p.flops == products);
    assert_true(fabs(p.step * (double)status.steps - status.training_seconds) < 1e-6 * status.training_seconds);
    for (int i = 0; i < STEP_PARTS_COUNT; i++)
        sum += p.part[i];
    assert_true(fabs(sum - p.step) < 1e-6 * p.step);
    assert_true(p.part[STEP_FORWARD] > 0 && p.part[STEP_BACKWARD] > 0 && p.part[STEP_UPDATE] > 0);
    end(&s);
}

/* Epochs of 32 steps each. */
static struct health looked_at_in(int epochs)
{
    static struct scene s;
    struct health found;

    begin(&s, dense_layers, toy_data(1000, 200, true));
    s.recipe.training.epochs = epochs;
    start(&s);
    wait_for(&s, TRAINER_FINISHED);
    trainer_health(s.trainer, &found);
    end(&s);
    return found;
}

/* As long as even a step were more than a percent of the time, none is looked at. */
static void a_look_is_a_small_part_of_a_short_run(void **state)
{
    struct health found = looked_at_in(4);
    (void)state;

    assert_true(found.step >= 100);
    assert_true(found.cost > 0);
    assert_int_equal(looked_at_in(3).step, 0);
}

static void recent_figures_are_means_of_the_last_steps(void **state)
{
    static struct scene s;
    struct trainer_status status;
    double loss = 0, correct = 0, images = 0;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 200, true));
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    for (size_t i = 128 - LAST_STEPS; i < 128; i++) {
        struct point p = series_at(trainer_steps(s.trainer), i);
        double rows = i % 32 == 31 ? 8 : 32; /* the last batch of an epoch is short */

        loss += rows * (double)p.loss;
        correct += rows * (double)p.accuracy;
        images += rows;
    }
    assert_true(fabs(status.recent_loss - loss / images) < 1e-6);
    assert_true(fabs(status.recent_accuracy - correct / images) < 1e-6);
    end(&s);
}

static void curves_of(struct scene *s, struct point *out, size_t count)
{
    start(s);
    trainer_wait(s->trainer);
    assert_int_equal(series_length(trainer_steps(s->trainer)), count);
    for (size_t i = 0; i < count; i++) {
        out[i] = series_at(trainer_steps(s->trainer), i);
        out[i].seconds = out[i].images_per_second = 0; /* the only figures that may differ */
    }
    trainer_close(s->trainer);
    s->trainer = NULL;
}

static void the_same_seed_gives_the_same_bits(void **state)
{
    static struct scene s;
    static struct point first[128], second[128];
    (void)state;

    begin(&s, conv_layers, toy_data(1000, 100, true));
    s.recipe.data.flip = true;
    s.recipe.data.shift = 1;
    s.threads = 2;
    curves_of(&s, first, 128);
    curves_of(&s, second, 128);
    assert_memory_equal(first, second, sizeof first);
    s.recipe.training.seed = 2;
    curves_of(&s, second, 128);
    assert_memory_not_equal(first, second, sizeof first);
    end(&s);
}

static void a_run_pauses_and_goes_on(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 100, true));
    s.recipe.training.epochs = 100000;
    start(&s);
    trainer_command(s.trainer, TRAINER_PAUSE, 0);
    status = wait_for(&s, TRAINER_PAUSED);
    assert_int_equal(status.state, TRAINER_PAUSED);

    size_t steps = series_length(trainer_steps(s.trainer));

    trainer_command(s.trainer, TRAINER_LEARNING_RATE, 0.5);
    trainer_command(s.trainer, TRAINER_RESUME, 0);
    status = wait_for_steps(&s, TRAINER_RUNNING, steps + 10);
    assert_int_equal(status.state, TRAINER_RUNNING);
    trainer_command(s.trainer, TRAINER_STOP, 0);
    status = wait_for(&s, TRAINER_STOPPED);
    assert_int_equal(status.state, TRAINER_STOPPED);
    assert_true(status.test_accuracy < 0);
    assert_true(fabs(status.learning_rate - 0.0005) < 1e-12);
    assert_true(fabs((double)series_at(trainer_steps(s.trainer), steps + 5).learning_rate - 0.0005) < 1e-9);
    /* A stopped run has weights to save. */
    assert_non_null(trainer_weights(s.trainer));
    end(&s);
}

static void a_user_says_how_long_stopping_may_take(void **state)
{
    static const struct {
        const char *said;
        double least, most; /* seconds */
    } cases[] = { { NULL, 5, 6 }, { "1000", 900, 1000 }, { "soon", 5, 6 }, { "-1", 5, 6 } };
    static struct scene s;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&s, dense_layers, toy_data(1000, 100, true));
        s.recipe.training.epochs = 100000;
        start(&s);
        unsetenv("CUVETTE_STOP_SECONDS");
        if (cases[i].said)
            setenv("CUVETTE_STOP_SECONDS", cases[i].said, 1);

        double before = clock_seconds();

        trainer_stop_soon(s.trainer);
        assert_true(trainer_until(s.trainer) >= before + cases[i].least);
        assert_true(trainer_until(s.trainer) <= clock_seconds() + cases[i].most);
        wait_for(&s, TRAINER_STOPPED);
        end(&s);
    }
}

static void a_run_is_stopped_at_any_moment(void **state)
{
    static struct scene s;
    (void)state;

    begin(&s, dense_layers, toy_data(200, 50, true));
    for (int i = 0; i < 30; i++) {
        start(&s);
        if (i % 3)
            wait_for_steps(&s, TRAINER_RUNNING, (size_t)i % 7);
        trainer_close(s.trainer);
    }
    s.trainer = NULL;
    end(&s);
}

/* The test images' labels are wrong, so validation gets worse the more is learnt. */
static void patience_ends_a_run_and_the_best_weights_come_back(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 200, false));
    s.recipe.training.epochs = 50;
    s.recipe.training.patience = 3;
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_true(status.ended_early && status.best_restored);
    assert_int_equal(status.epoch, status.best_epoch + 3);
    assert_true(fabs(status.test_loss - status.best_valid_loss) < 1e-6);
    end(&s);
}

static void held_out_images_validate(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, toy_data(1000, 200, false));
    s.recipe.data.validation = 0.2;
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.batches, 25);
    assert_true(status.valid_accuracy > 0.9);
    assert_true(status.test_accuracy < 0.1);
    end(&s);
}

static void failures_are_told_in_words(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, NULL);
    strcpy(s.recipe.data.dataset, "/nowhere/at/all");
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.state, TRAINER_FAILED);
    assert_non_null(strstr(status.error.text, "/nowhere/at/all"));
    assert_null(trainer_weights(s.trainer));
    end(&s);

    begin(&s, dense_layers, toy_data(1000, 200, true));
    s.recipe.optimiser = (struct optimiser){ .kind = OPTIMISER_SGD, .learning_rate = 100, .momentum = 0.99 };
    s.recipe.training.epochs = 1000;
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.state, TRAINER_FAILED);
    assert_non_null(strstr(status.error.text, "try a lower learning rate"));
    end(&s);
}

/* The training loss is measured before the last update, so only the validation sees what that one did. */
static void weights_that_the_last_step_ruined_are_no_success(void **state)
{
    static struct scene s;
    struct trainer_status status;
    (void)state;

    begin(&s, dense_layers, toy_data(32, 200, true));
    s.recipe.optimiser = (struct optimiser){ .kind = OPTIMISER_SGD, .learning_rate = 1e38 };
    s.recipe.training.epochs = 1;
    s.recipe.training.patience = 5;
    start(&s);
    status = wait_for(&s, TRAINER_FINISHED);
    assert_int_equal(status.steps, 1);
    assert_int_equal(status.state, TRAINER_FAILED);
    assert_int_equal(status.best_epoch, 0);
    assert_non_null(strstr(status.error.text, "the validation loss is no longer a finite number"));
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_learns),
        cmocka_unit_test(speeds_of_epochs_and_run_agree),
        cmocka_unit_test(the_profile_is_of_the_whole_run),
        cmocka_unit_test(a_look_is_a_small_part_of_a_short_run),
        cmocka_unit_test(recent_figures_are_means_of_the_last_steps),
        cmocka_unit_test(the_same_seed_gives_the_same_bits),
        cmocka_unit_test(a_run_pauses_and_goes_on),
        cmocka_unit_test(a_run_is_stopped_at_any_moment),
        cmocka_unit_test(a_user_says_how_long_stopping_may_take),
        cmocka_unit_test(patience_ends_a_run_and_the_best_weights_come_back),
        cmocka_unit_test(held_out_images_validate),
        cmocka_unit_test(failures_are_told_in_words),
        cmocka_unit_test(weights_that_the_last_step_ruined_are_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
