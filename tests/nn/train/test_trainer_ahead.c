/* A run on a device that is asked for several steps at once is the run of a device that does one at a time: the same
 * curves and the same weights, bit for bit, whatever ends it. */
#include "tests/support/check.h"

#include <pthread.h>

#include "cpu/cpu_backend.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/trainer.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"

enum { TRAIN = 1000, TEST = 100, EPOCHS = 3, STEPS = EPOCHS * 32 }; /* batches of 32, the last of an epoch of 8 */

static const char plain_recipe[] = "[training]\nbatch = 32\nepochs = 3\n[layers]\nconv2d = filters=4 activation=relu\n"
                                   "batch_norm =\ndropout = rate=0.2\nglobal_avgpool =\ndense = units=4\n";

/* What a run came to. */
struct outcome {
    struct trainer_status status;
    size_t n_steps, n_epochs, n_weights;
    struct point steps[STEPS], means[EPOCHS], epochs[EPOCHS];
    float *parameters; /* NULL without any */
    struct queue_account account;
};

/* A run, and what its commands are. */
struct scene {
    struct recipe recipe;
    struct source *source;
    pthread_mutex_t lock; /* held until `trainer` is known */
    struct trainer *trainer;
    int command_at; /* the run() at which the command is given; 0: never */
    enum trainer_command command;
    size_t paused_at; /* points of the curve when it paused */
};

static void begin(struct scene *s, struct source *source)
{
    struct error e = { 0 };

    *s = (struct scene){ .source = source };
    pthread_mutex_init(&s->lock, NULL);
    queue_settings = (struct queue_settings){ 0 };
    assert_good(recipe_parse(&s->recipe, plain_recipe, "toy.ini", &e), e);
}

static void end(struct scene *s)
{
    pthread_mutex_destroy(&s->lock);
    source_close(s->source);
}

static void give_command(void *scene, int run)
{
    struct scene *s = scene;

    if (run != s->command_at)
        return;
    pthread_mutex_lock(&s->lock);
    trainer_command(s->trainer, s->command, 0);
    pthread_mutex_unlock(&s->lock);
}

/* A run that paused is let go on. */
static void changed(void *scene)
{
    struct scene *s = scene;
    struct trainer_status status;

    pthread_mutex_lock(&s->lock);
    trainer_status(s->trainer, &status);
    if (status.state == TRAINER_PAUSED) {
        s->paused_at = series_length(trainer_steps(s->trainer));
        trainer_command(s->trainer, TRAINER_RESUME, 0);
    }
    pthread_mutex_unlock(&s->lock);
}

/* Seconds are the only figure that may differ. */
static size_t copy_curve(const struct series *curve, struct point *to, size_t room)
{
    size_t n = series_length(curve);

    assert_true(n <= room);
    for (size_t i = 0; i < n; i++) {
        to[i] = series_at(curve, i);
        to[i].seconds = to[i].images_per_second = 0;
    }
    return n;
}

static void run(struct scene *s, const struct backend_class *backend, struct outcome *out)
{
    struct error e = { 0 };
    struct trainer_setup setup = { .recipe = &s->recipe, .backend = backend, .source = s->source,
                                   .device = { .threads = 1 }, .events = { changed, s } };

    *out = (struct outcome){ 0 };
    queue_settings.asked = give_command;
    queue_settings.context = s;
    pthread_mutex_lock(&s->lock);
    s->trainer = trainer_start(&setup, &e);
    pthread_mutex_unlock(&s->lock);
    assert_good(s->trainer != NULL, e);
    trainer_wait(s->trainer);
    trainer_status(s->trainer, &out->status);
    out->n_steps = copy_curve(trainer_steps(s->trainer), out->steps, STEPS);
    out->n_epochs = copy_curve(trainer_epochs(s->trainer), out->epochs, EPOCHS);
    assert_true(copy_curve(trainer_means(s->trainer), out->means, EPOCHS) <= out->n_epochs + 1);

    const struct trainer_weights *weights = trainer_weights(s->trainer);

    if (weights) {
        out->n_weights = weights->plan->arena_bytes[ARENA_PARAMETERS];
        out->parameters = malloc(out->n_weights);
        assert_non_null(out->parameters);
        memcpy(out->parameters, weights->parameters, out->n_weights);
    }
    trainer_close(s->trainer);
    out->account = queue_account;
    assert_int_equal(out->account.open_at_close, 0);
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->status.state, b->status.state);
    assert_int_equal(a->status.error.kind, b->status.error.kind);
    assert_string_equal(a->status.error.text, b->status.error.text);
    assert_int_equal(a->status.steps, b->status.steps);
    assert_int_equal(a->status.images, b->status.images);
    assert_true(a->status.test_loss == b->status.test_loss && a->status.test_accuracy == b->status.test_accuracy);
    assert_true(a->status.learning_rate == b->status.learning_rate);
    assert_int_equal(a->n_steps, b->n_steps);
    assert_int_equal(a->n_epochs, b->n_epochs);
    assert_memory_equal(a->steps, b->steps, sizeof a->steps);
    assert_memory_equal(a->means, b->means, sizeof a->means);
    assert_memory_equal(a->epochs, b->epochs, sizeof a->epochs);
    assert_int_equal(a->n_weights, b->n_weights);
    if (a->n_weights)
        assert_memory_equal(a->parameters, b->parameters, a->n_weights);
}

/* Both ways; `ahead` is the run with steps under way. */
static void run_both(struct scene *s, struct outcome *ahead)
{
    static struct outcome alone;

    run(s, &eager_backend_class, &alone);
    run(s, &queue_backend_class, ahead);
    assert_same(&alone, ahead);
    free(alone.parameters);
}

static void steps_under_way_make_the_same_run(void **state)
{
    static struct scene s;
    static struct outcome plain, ahead;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    s.recipe.data.flip = true;
    s.recipe.data.shift = 1;
    s.recipe.schedule.warmup = 0.5;
    s.recipe.schedule.kind = SCHEDULE_COSINE;
    run(&s, &cpu_backend_class, &plain);
    run(&s, &queue_backend_class, &ahead);
    assert_int_equal(ahead.status.state, TRAINER_FINISHED);
    assert_int_equal(ahead.n_steps, STEPS);
    assert_same(&plain, &ahead);
    assert_int_equal(ahead.account.most_waiting, 3);
    assert_int_equal(ahead.status.images_from, IMAGES_IN_MEMORY);
    free(plain.parameters);
    free(ahead.parameters);
    end(&s);
}

/* A validation split lies among the training images; the test images are a split of their own. */
static void images_that_fit_travel_once(void **state)
{
    static struct scene s;
    static struct outcome plain, held;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    s.recipe.data.flip = true;
    s.recipe.data.validation = 0.2;
    run(&s, &cpu_backend_class, &plain);
    queue_settings.room = 64 << 20;
    run(&s, &queue_backend_class, &held);
    assert_int_equal(held.status.images_from, IMAGES_ON_DEVICE);
    assert_same(&plain, &held);
    /* Every image, its label and its number each time that it is used, and the weights. */
    assert_true(held.account.uploaded < (TRAIN + TEST) * (TOY_SIZE * TOY_SIZE + 8 * (EPOCHS + 1)) + 16384);
    free(plain.parameters);
    free(held.parameters);
    end(&s);
}

static void images_that_do_not_fit_come_with_their_batches(void **state)
{
    static struct scene s;
    static struct outcome plain, streamed;
    struct error e = { 0 };
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));

    struct plan *plan = compile_recipe(&s.recipe, shape_image(TOY_SIZE, TOY_SIZE, 1), TOY_CLASSES, true, &e);

    assert_good(plan != NULL, e);
    run(&s, &cpu_backend_class, &plain);
    /* The test images fit, the training images would leave less than a quarter free. */
    queue_settings.room = plan_bytes(plan) + TRAIN * TOY_SIZE * TOY_SIZE * 5 / 4;
    run(&s, &queue_backend_class, &streamed);
    assert_int_equal(streamed.status.images_from, IMAGES_IN_MEMORY);
    assert_same(&plain, &streamed);
    assert_true(streamed.account.uploaded > EPOCHS * TRAIN * TOY_SIZE * TOY_SIZE);
    plan_free(plan);
    free(plain.parameters);
    free(streamed.parameters);
    end(&s);
}

/* Every step that was begun when the command came counts, in the curves and in the weights. */
static void a_stop_leaves_no_step_half_done(void **state)
{
    static const int runs[] = { 1, 2, 3, 30, 32, 33 }; /* in epoch 1, at its end, and in the validation behind it */
    static struct scene s;
    static struct outcome out;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    s.command = TRAINER_STOP;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        s.command_at = runs[i];
        run_both(&s, &out);
        assert_int_equal(out.status.state, TRAINER_STOPPED);
        assert_int_equal(out.status.steps, runs[i] < 32 ? runs[i] : 32);
        assert_int_equal(out.n_steps, out.status.steps);
        assert_non_null(out.parameters);
        free(out.parameters);
    }
    end(&s);
}

static void a_pause_waits_for_what_is_under_way(void **state)
{
    static struct scene s;
    static struct outcome plain, paused;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    run(&s, &cpu_backend_class, &plain);
    s.command = TRAINER_PAUSE;
    s.command_at = 17;
    run(&s, &queue_backend_class, &paused);
    assert_int_equal(s.paused_at, 17);
    assert_same(&plain, &paused);
    free(plain.parameters);
    free(paused.parameters);
    end(&s);
}

static void a_ruined_loss_is_told_with_its_own_step(void **state)
{
    static struct scene s;
    static struct outcome out;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    /* Weights that change their sign and grow each time; the batch norm's are among them. */
    s.recipe.optimiser = (struct optimiser){ .kind = OPTIMISER_SGD, .learning_rate = 50, .weight_decay = 10 };
    s.recipe.schedule.warmup = 1;
    run_both(&s, &out);
    assert_int_equal(out.status.state, TRAINER_FAILED);
    assert_int_equal(out.n_steps + 1, out.status.steps);
    assert_non_null(strstr(out.status.error.text, "no longer a finite number"));
    free(out.parameters);
    end(&s);
}

/* The weights of the best epoch before are kept, as they were read after each. */
static void assert_kept(const struct scene *s, const struct outcome *out, int epoch)
{
    static struct scene short_run;
    static struct outcome whole;

    if (epoch == 0) {
        assert_null(out->parameters);
        return;
    }
    begin(&short_run, toy_data(TRAIN, TEST, true));
    short_run.recipe = s->recipe;
    short_run.recipe.training.epochs = epoch;
    run(&short_run, &cpu_backend_class, &whole);
    assert_int_equal(out->n_weights, whole.n_weights);
    assert_memory_equal(out->parameters, whole.parameters, whole.n_weights);
    free(whole.parameters);
    end(&short_run);
}

/* A run that the device is lost in ends with its words and its curves; what was learned since its last whole epoch went
 * with the device. */
static void a_lost_device_ends_the_run_in_words(void **state)
{
    static const struct {
        int run, steps,
            epoch; /* steps before it, of which the epoch's are kept: one is 32 of them and 4 runs of validation */
    } losses[] = { { 1, 0, 0 },   { 2, 1, 0 },   { 20, 19, 0 }, { 32, 31, 0 }, { 33, 32, 0 },
                   { 36, 32, 0 }, { 40, 35, 1 }, { 72, 64, 1 }, { 75, 66, 2 } };
    static const char *const words[] = { "; its weights are lost with it",
                                         "; the weights of epoch 1, the best, are kept",
                                         "; the weights of epoch 2, the best, are kept" };
    static struct scene s;
    static struct outcome out;
    (void)state;

    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        char text[128];

        begin(&s, toy_data(TRAIN, TEST, true));
        queue_settings.fail_at = losses[i].run;
        run(&s, &queue_backend_class, &out);
        snprintf(text, sizeof text, "the device was lost: it has fallen off the bus%s",
                 losses[i].steps > 0 ? words[losses[i].epoch] : "");
        assert_int_equal(out.status.state, TRAINER_FAILED);
        assert_string_equal(out.status.error.text, text);
        assert_int_equal(out.status.error.kind, ERROR_RUN); /* it was there */
        assert_int_equal(out.n_steps, losses[i].steps);
        assert_int_equal(out.status.steps, losses[i].steps);
        assert_int_equal(out.status.best_restored, losses[i].epoch > 0);
        assert_kept(&s, &out, losses[i].epoch);
        free(out.parameters);
        end(&s);
    }
}

/* With patience the best weights so far were read each time; they outlive the device. */
static void the_best_weights_outlive_the_device(void **state)
{
    static struct scene s;
    static struct outcome whole, lost;
    (void)state;

    begin(&s, toy_data(TRAIN, TEST, true));
    s.recipe.training.epochs = 1;
    run(&s, &cpu_backend_class, &whole);
    s.recipe.training.epochs = 3;
    s.recipe.training.patience = 5;
    queue_settings.fail_at = 32 + 4 + 10; /* an epoch, its validation, and ten steps more */
    run(&s, &queue_backend_class, &lost);
    assert_int_equal(lost.status.state, TRAINER_FAILED);
    assert_string_equal(lost.status.error.text, "the device was lost: it has fallen off the bus; the weights of "
                                                "epoch 1, the best, are kept");
    assert_int_equal(lost.status.best_epoch, 1);
    assert_true(lost.status.best_restored);
    assert_int_equal(lost.n_weights, whole.n_weights);
    assert_memory_equal(lost.parameters, whole.parameters, whole.n_weights);
    free(whole.parameters);
    free(lost.parameters);
    end(&s);
}

/* A data set whose file breaks off: the read that holds image BROKEN fails. */
enum { BROKEN = 777 };

struct damaged {
    struct source base;
    struct source *inner;
    bool measured; /* statistics are measured in the file's order, before the first batch */
};

static void damaged_describe(const struct source *s, struct dataset_info *info)
{
    source_describe(((const struct damaged *)s)->inner, info);
}

static bool damaged_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    struct damaged *s = (struct damaged *)source;

    for (int i = 0; s->measured && i < n; i++)
        if (split == SPLIT_TRAIN && index[i] == BROKEN)
            return error_set(e, ERROR_INPUT, "toy.h5 is damaged");
    /* Statistics are of all images, one after the other; the few that a fingerprint looks at are not. */
    s->measured = s->measured || (index[n - 1] == TRAIN - 1 && index[n - 1] - index[0] == (uint32_t)n - 1);
    return source_read(s->inner, split, index, n, images, labels, e);
}

static void damaged_close(struct source *source)
{
    source_close(((struct damaged *)source)->inner);
}

static void what_was_learnt_before_the_data_failed_is_kept(void **state)
{
    static const struct source_ops ops = { .describe = damaged_describe, .read = damaged_read, .close = damaged_close };
    static struct damaged source = { .base = { &ops } };
    static struct scene s;
    static struct outcome alone, ahead;
    (void)state;

    source.inner = toy_data(TRAIN, TEST, true);
    begin(&s, &source.base);
    run(&s, &eager_backend_class, &alone);
    source.measured = false;
    run(&s, &queue_backend_class, &ahead);
    assert_int_equal(ahead.status.state, TRAINER_FAILED);
    assert_string_equal(ahead.status.error.text, "toy.h5 is damaged");
    assert_true(ahead.n_steps > 0 && ahead.n_steps < 32);
    assert_non_null(ahead.parameters);
    assert_same(&alone, &ahead);
    free(alone.parameters);
    free(ahead.parameters);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_under_way_make_the_same_run),
        cmocka_unit_test(images_that_fit_travel_once),
        cmocka_unit_test(images_that_do_not_fit_come_with_their_batches),
        cmocka_unit_test(a_stop_leaves_no_step_half_done),
        cmocka_unit_test(a_pause_waits_for_what_is_under_way),
        cmocka_unit_test(a_ruined_loss_is_told_with_its_own_step),
        cmocka_unit_test(a_lost_device_ends_the_run_in_words),
        cmocka_unit_test(the_best_weights_outlive_the_device),
        cmocka_unit_test(what_was_learnt_before_the_data_failed_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
