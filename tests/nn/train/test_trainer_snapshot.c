/* A run that goes on from a snapshot ends like the run that was never left: every point and every weight, bit for
 * bit. */
#include "tests/support/check.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "cpu/cpu_backend.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/step_group.h"
#include "nn/train/trainer.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"

enum { EPOCHS = 20, STEPS = EPOCHS * 1000, KEPT = 24 };

struct outcome {
    struct trainer_status status;
    size_t n_steps, n_means, n_epochs, n_parameters, n_statistics;
    struct point steps[STEPS], means[EPOCHS], epochs[EPOCHS];
    float *parameters, *statistics;
};

/* Snapshots are copied on the training thread, which says when there is one; the last one may be left when it ends. */
struct scene {
    pthread_mutex_t lock;
    struct recipe recipe;
    struct source *source;
    struct trainer *trainer; /* NULL until it is started: no snapshot is taken before */
    struct snapshot kept[KEPT];
    int n_kept;
    bool last_alone;
    bool often;   /* the next one is asked for at once: on a loaded machine copying takes long, and few would come */
    bool untaken; /* they lie there until the next */
    bool torn;    /* one could be taken before it was whole */
    uint64_t after; /* steps: none is kept of a run that has done fewer since the last */
};

static void copy_snapshot(const struct snapshot *from, struct snapshot *to)
{
    *to = *from;
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++) {
        to->array[i] = from->bytes[i] ? malloc(from->bytes[i]) : NULL;
        assert_true(from->bytes[i] == 0 || to->array[i]);
        if (from->bytes[i])
            memcpy(to->array[i], from->array[i], from->bytes[i]);
    }
}

static void keep_snapshot(struct scene *s)
{
    const struct snapshot *snapshot = s->trainer && !s->untaken ? trainer_take_snapshot(s->trainer) : NULL;

    if (!snapshot)
        return;
    if (s->last_alone && s->n_kept > 0)
        snapshot_free(&s->kept[--s->n_kept]);
    if (s->n_kept < KEPT && snapshot->steps >= s->after) {
        copy_snapshot(snapshot, &s->kept[s->n_kept++]);
        s->after = s->last_alone ? 0 : snapshot->steps + 7;
    }
    trainer_give_back_snapshot(s->trainer, 0);
    if (s->often && s->n_kept < KEPT)
        trainer_command(s->trainer, TRAINER_SNAPSHOT, 0);
}

static void changed(void *scene)
{
    struct scene *s = scene;

    pthread_mutex_lock(&s->lock);
    keep_snapshot(s);
    pthread_mutex_unlock(&s->lock);
}

static size_t copy_curve(const struct series *curve, struct point *to, size_t room)
{
    size_t n = series_length(curve);

    assert_true(n <= room);
    for (size_t i = 0; i < n; i++)
        to[i] = series_at(curve, i);
    return n;
}

static float *copy_floats(const float *from, size_t bytes)
{
    float *to = malloc(bytes);

    assert_non_null(to);
    memcpy(to, from, bytes);
    return to;
}

static void run(struct scene *s, const struct backend_class *backend, const struct trainer_resume *resume,
                struct outcome *out)
{
    struct error e = { 0 };
    const struct trainer_setup setup = { .recipe = &s->recipe, .backend = backend, .source = s->source,
                                         .device = { .threads = 1 }, .events = { changed, s }, .resume = resume };

    *out = (struct outcome){ 0 };
    queue_settings = (struct queue_settings){ 0 };
    pthread_mutex_lock(&s->lock);
    s->trainer = trainer_start(&setup, &e);
    pthread_mutex_unlock(&s->lock);
    assert_good(s->trainer != NULL, e);
    trainer_wait(s->trainer);
    changed(s);
    trainer_status(s->trainer, &out->status);
    out->n_steps = copy_curve(trainer_steps(s->trainer), out->steps, STEPS);
    out->n_means = copy_curve(trainer_means(s->trainer), out->means, EPOCHS);
    out->n_epochs = copy_curve(trainer_epochs(s->trainer), out->epochs, EPOCHS);

    const struct trainer_weights *weights = trainer_weights(s->trainer);

    if (weights) {
        out->n_parameters = weights->plan->arena_bytes[ARENA_PARAMETERS];
        out->n_statistics = weights->plan->arena_bytes[ARENA_STATISTICS];
        out->parameters = copy_floats(weights->parameters, out->n_parameters);
        out->statistics = copy_floats(weights->statistics, out->n_statistics);
    }
    trainer_close(s->trainer);
    s->trainer = NULL;
}

static void outcome_free(struct outcome *o)
{
    free(o->parameters);
    free(o->statistics);
}

static void assert_same_points(const struct point *a, const struct point *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true(a[i].position == b[i].position);
        assert_true(a[i].loss == b[i].loss && a[i].accuracy == b[i].accuracy);
        assert_true(a[i].learning_rate == b[i].learning_rate);
        assert_true(a[i].step == b[i].step && a[i].steps == b[i].steps);
        assert_true(a[i].loss_low == b[i].loss_low && a[i].loss_high == b[i].loss_high);
        assert_true(a[i].accuracy_low == b[i].accuracy_low && a[i].accuracy_high == b[i].accuracy_high);
    }
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->status.state, b->status.state);
    assert_int_equal(a->status.steps, b->status.steps);
    assert_int_equal(a->status.images, b->status.images);
    assert_int_equal(a->status.epoch, b->status.epoch);
    assert_int_equal(a->status.best_epoch, b->status.best_epoch);
    assert_int_equal(a->status.ended_early, b->status.ended_early);
    assert_int_equal(a->status.best_restored, b->status.best_restored);
    assert_true(a->status.train_loss == b->status.train_loss);
    assert_true(a->status.valid_loss == b->status.valid_loss);
    assert_true(a->status.test_loss == b->status.test_loss && a->status.test_accuracy == b->status.test_accuracy);
    assert_int_equal(a->n_steps, b->n_steps);
    assert_int_equal(a->n_means, b->n_means);
    assert_int_equal(a->n_epochs, b->n_epochs);
    assert_same_points(a->steps, b->steps, a->n_steps);
    assert_same_points(a->means, b->means, a->n_means);
    assert_same_points(a->epochs, b->epochs, a->n_epochs);
    assert_int_equal(a->n_parameters, b->n_parameters);
    assert_memory_equal(a->parameters, b->parameters, a->n_parameters);
    assert_memory_equal(a->statistics, b->statistics, a->n_statistics);
}

/* Those of a curve that are whole at a snapshot: the others' steps are in it. */
static size_t points_up_to(const struct outcome *whole, uint64_t steps)
{
    size_t n = 0;

    while (n < whole->n_steps && whole->steps[n].step <= steps && whole->steps[n].steps == step_group_size(n))
        n++;
    return n;
}

/* The curves of `whole` up to the snapshot, whose arrays the trainer takes over. */
static struct trainer_resume resume_at(struct snapshot *snapshot, const struct outcome *whole)
{
    return (struct trainer_resume){
        .snapshot = snapshot,
        .steps = whole->steps,
        .n_steps = points_up_to(whole, snapshot->steps),
        .means = whole->means,
        .n_means = snapshot->validations,
        .epochs = whole->epochs,
        .n_epochs = snapshot->validations,
    };
}

static const char common[] = "[training]\nbatch = 32\nepochs = 4\ncheckpoint = 1e-6\n";
static const char dense[] =
    "[optimiser]\nkind = adam\n[schedule]\nkind = cosine\nwarmup = 1\n"
    "[layers]\nflatten =\ndense = units=16 activation=relu\ndropout = rate=0.3\ndense = units=4\n";
static const char batch_norm[] =
    "[data]\nvalidation = 0.2\nflip = yes\nshift = 1\n[optimiser]\nkind = sgd\nmomentum = 0.9\n"
    "[layers]\nconv2d = filters=4 activation=relu\nbatch_norm =\nmaxpool2d =\nresidual = filters=8 stride=2\n"
    "global_avgpool =\ndense = units=4\n";
static const char plain[] =
    "[optimiser]\nkind = sgd\nmomentum = 0\nlearning_rate = 5\n[layers]\nflatten =\ndense = units=4\n";

/* Training that does not learn runs out of patience, after which its best weights are restored. */
static void scene_begin(struct scene *s, const char *rest, int patience)
{
    struct error e = { 0 };
    char text[1024];

    *s = (struct scene){ .lock = PTHREAD_MUTEX_INITIALIZER, .source = toy_data(1000, 200, true) };
    snprintf(text, sizeof text, "%spatience = %d\n%s", common, patience, rest);
    assert_good(recipe_parse(&s->recipe, text, "toy.ini", &e), e);
}

static void each_snapshot_leads_to_the_same_end(const char *recipe, int patience, const struct backend_class *backend)
{
    static struct scene s, again;
    static struct outcome whole, resumed;

    scene_begin(&s, recipe, patience);
    run(&s, backend, NULL, &whole);
    assert_int_equal(whole.status.state, TRAINER_FINISHED);
    assert_true(s.n_kept >= 1);
    again = (struct scene){ .lock = PTHREAD_MUTEX_INITIALIZER, .recipe = s.recipe, .source = s.source, .n_kept = KEPT };
    for (int i = 0; i < s.n_kept; i++) {
        const struct trainer_resume resume = resume_at(&s.kept[i], &whole);

        run(&again, backend, &resume, &resumed);
        assert_same(&whole, &resumed);
        outcome_free(&resumed);
    }
    outcome_free(&whole);
    source_close(s.source);
}

static void the_end_is_the_same(void **state)
{
    (void)state;
    each_snapshot_leads_to_the_same_end(dense, 0, &cpu_backend_class);
    each_snapshot_leads_to_the_same_end(batch_norm, 0, &cpu_backend_class);
    each_snapshot_leads_to_the_same_end(plain, 0, &cpu_backend_class);
}

static void the_end_is_the_same_with_patience(void **state)
{
    (void)state;
    each_snapshot_leads_to_the_same_end(dense, 1, &cpu_backend_class);
    each_snapshot_leads_to_the_same_end(plain, 1, &cpu_backend_class);
}

static void the_end_is_the_same_on_a_device_with_a_queue(void **state)
{
    (void)state;
    each_snapshot_leads_to_the_same_end(dense, 0, &queue_backend_class);
    each_snapshot_leads_to_the_same_end(batch_norm, 2, &queue_backend_class);
}

/* So many that two make a point. */
static void the_curve_is_the_same_where_steps_are_together(void **state)
{
    enum { RUNS = 3 };
    static struct scene s, again;
    static struct outcome whole, resumed;
    uint64_t open = 0;
    (void)state;

    scene_begin(&s, plain, 0);
    s.recipe.training.batch = 1;
    s.recipe.training.epochs = EPOCHS;
    s.recipe.optimiser.learning_rate = 0.01;
    s.after = STEP_GROUP_SINGLE;
    s.often = true;
    run(&s, &cpu_backend_class, NULL, &whole);
    assert_int_equal(whole.status.state, TRAINER_FINISHED);
    assert_int_equal(whole.n_steps, STEP_GROUP_SINGLE + (STEPS - STEP_GROUP_SINGLE) / 2);
    again = (struct scene){ .lock = PTHREAD_MUTEX_INITIALIZER, .recipe = s.recipe, .source = s.source, .n_kept = KEPT };
    for (int i = 0; i < s.n_kept; i++) {
        open += s.kept[i].group_steps;
        if (i >= RUNS) {
            snapshot_free(&s.kept[i]);
            continue;
        }

        const struct trainer_resume resume = resume_at(&s.kept[i], &whole);

        run(&again, &cpu_backend_class, &resume, &resumed);
        assert_same(&whole, &resumed);
        outcome_free(&resumed);
    }
    assert_true(open > 0);
    outcome_free(&whole);
    source_close(s.source);
}

/* The snapshot of a run's end is whole: more epochs go on from there. */
static void a_finished_run_can_be_given_more_epochs(void **state)
{
    static struct scene s;
    static struct outcome first, more;
    (void)state;

    scene_begin(&s, plain, 0);
    s.last_alone = true;
    s.recipe.training.epochs = 3;
    run(&s, &cpu_backend_class, NULL, &first);
    assert_true(s.n_kept >= 1);

    struct snapshot *last = &s.kept[s.n_kept - 1];
    const struct trainer_resume resume = resume_at(last, &first);

    assert_int_equal(last->epoch, 4);
    s.recipe.training.epochs = 4;
    s.last_alone = false;
    s.n_kept = KEPT;
    run(&s, &cpu_backend_class, &resume, &more);
    assert_int_equal(more.status.state, TRAINER_FINISHED);
    assert_int_equal(more.n_steps, 4 * 32);
    assert_same_points(first.steps, more.steps, first.n_steps);
    outcome_free(&first);
    outcome_free(&more);
    source_close(s.source);
}

static void another_network_is_refused(void **state)
{
    static struct scene s;
    static struct outcome whole, other;
    (void)state;

    scene_begin(&s, plain, 0);
    run(&s, &cpu_backend_class, NULL, &whole);
    assert_true(s.n_kept >= 1);

    const struct trainer_resume resume = resume_at(&s.kept[0], &whole);
    struct recipe wider;
    struct error e = { 0 };

    assert_good(recipe_parse(&wider, "[layers]\nflatten =\ndense = units=8\ndense = units=4\n", "wider.ini", &e), e);
    s.recipe = wider;
    for (int i = 1; i < s.n_kept; i++)
        snapshot_free(&s.kept[i]);
    s.n_kept = KEPT;
    run(&s, &cpu_backend_class, &resume, &other);
    assert_int_equal(other.status.state, TRAINER_FAILED);
    assert_non_null(strstr(other.status.error.text, "another network"));
    outcome_free(&whole);
    outcome_free(&other);
    source_close(s.source);
}

/* The CPU, and somebody who takes snapshots just while the device's memory is copied. */
static struct scene *taken_in_the_middle;
static struct backend_ops copying_ops;
static const struct backend_ops *cpu_ops;

static void download(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes)
{
    bool is_step = bytes < 1000; /* its metrics */
    const struct snapshot *snapshot = is_step ? NULL : trainer_take_snapshot(taken_in_the_middle->trainer);

    for (int i = 0; snapshot && i < SNAPSHOT_ARRAY_COUNT; i++)
        taken_in_the_middle->torn |= to == snapshot->array[i];
    if (snapshot)
        trainer_give_back_snapshot(taken_in_the_middle->trainer, 0);
    cpu_ops->download(b, to, from, offset, bytes);
}

static struct backend *open_copying(const struct device_choice *choice, struct error *e)
{
    struct backend *b = cpu_backend_class.open(choice, e);

    cpu_ops = b->ops;
    copying_ops = *cpu_ops;
    copying_ops.download = download;
    b->ops = &copying_ops;
    return b;
}

/* The last one replaces one that nobody has taken yet. */
static void none_is_taken_before_it_is_whole(void **state)
{
    static struct scene s;
    static struct outcome whole;
    struct backend_class copying = cpu_backend_class;
    (void)state;

    copying.open = open_copying;
    scene_begin(&s, dense, 0);
    s.after = UINT64_MAX;
    s.untaken = true;
    taken_in_the_middle = &s;
    run(&s, &copying, NULL, &whole);
    assert_int_equal(whole.status.state, TRAINER_FINISHED);
    assert_false(s.torn);
    outcome_free(&whole);
    source_close(s.source);
}

/* Tells this thread, which writes snapshots, that there may be one. */
struct writer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int changes;
};

static void wake_writer(void *context)
{
    struct writer *w = context;

    pthread_mutex_lock(&w->lock);
    w->changes++;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static const struct snapshot *await_snapshot(struct writer *w, struct trainer *t)
{
    const struct snapshot *snapshot;

    pthread_mutex_lock(&w->lock);
    for (int seen = w->changes; !(snapshot = trainer_take_snapshot(t)); seen = w->changes)
        while (w->changes == seen)
            pthread_cond_wait(&w->changed, &w->lock);
    pthread_mutex_unlock(&w->lock);
    return snapshot;
}

/* However often they are asked for: two cores train a hundred times as long as one of them writes. */
static void snapshots_that_are_work_come_less_often(void **state)
{
    const double work = 0.06;
    static struct scene s;
    struct writer w = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };
    struct error e = { 0 };
    double seconds[3]; /* of training, at each of them */
    (void)state;

    scene_begin(&s, dense, 0);
    s.recipe.training.epochs = 1000000;
    const struct trainer_setup setup = { .recipe = &s.recipe, .backend = &cpu_backend_class, .source = s.source,
                                         .device = { .threads = 2 }, .events = { wake_writer, &w } };
    struct trainer *t = trainer_start(&setup, &e);

    assert_good(t, e);
    for (int i = 0; i < 3; i++) {
        const struct snapshot *snapshot = await_snapshot(&w, t);
        const double begun = clock_thread_seconds();

        while (clock_thread_seconds() - begun < work)
            continue;
        seconds[i] = snapshot->seconds;
        trainer_give_back_snapshot(t, work);
    }
    for (int i = 1; i < 3; i++)
        assert_true(seconds[i] - seconds[i - 1] >= 100 * work / 2);
    trainer_close(t);
    source_close(s.source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_is_the_same),
        cmocka_unit_test(the_end_is_the_same_with_patience),
        cmocka_unit_test(the_end_is_the_same_on_a_device_with_a_queue),
        cmocka_unit_test(the_curve_is_the_same_where_steps_are_together),
        cmocka_unit_test(a_finished_run_can_be_given_more_epochs),
        cmocka_unit_test(none_is_taken_before_it_is_whole),
        cmocka_unit_test(snapshots_that_are_work_come_less_often),
        cmocka_unit_test(another_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
