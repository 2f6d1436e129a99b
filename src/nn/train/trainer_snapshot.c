#include "nn/train/trainer_snapshot.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/thread.h"

/* Share of the time that snapshots may cost, and seconds between those of short epochs. */
static const double share_most = 0.01, epochs_apart = 1;

/* Of the processor's time: writing that takes less is not counted, so that small networks may be written as often as
 * one likes. */
static const double work_least = 0.05;

static bool wanted(const struct training *r)
{
    return r->t->recipe.training.checkpoint > 0 && trainer_leads(r);
}

/* Where the next step would begin. Behind a validation that is the next epoch. */
static void note_position(const struct training *r, bool validated, struct snapshot *s)
{
    s->epoch = (uint64_t)r->now.epoch + validated;
    s->batch = validated ? 0 : r->now.batch;
    s->steps = r->now.steps;
    s->images = r->now.images;
    s->epoch_images = validated ? 0 : r->epoch_images;
    s->epoch_loss = validated ? 0 : r->epoch_loss;
    s->epoch_correct = validated ? 0 : r->epoch_correct;
    s->epoch_began = r->epoch_began;
    s->validations = series_length(r->t->epochs);
    s->best_epoch = (uint64_t)r->now.best_epoch;
    s->learning_rate = r->now.learning_rate;
    s->rate_factor = atomic_load(&r->t->rate_factor);
    s->seconds = trainer_seconds(r);
    s->training_seconds = r->now.training_seconds;
    s->valid_seconds = r->valid_seconds;
    s->seconds_per_epoch = r->now.seconds_per_epoch;
    s->train_loss = r->now.train_loss;
    s->train_accuracy = r->now.train_accuracy;
    s->valid_loss = r->now.valid_loss;
    s->valid_accuracy = r->now.valid_accuracy;
    s->best_valid_loss = r->now.best_valid_loss;
    s->data = r->t->data;
}

static void note_group(const struct step_group *g, struct snapshot *s)
{
    s->group_steps = g->steps;
    s->group_loss = g->loss;
    s->group_loss_low = g->loss_low;
    s->group_loss_high = g->loss_high;
    s->group_accuracy = g->accuracy;
    s->group_accuracy_low = g->accuracy_low;
    s->group_accuracy_high = g->accuracy_high;
}

static struct step_group group_of(const struct snapshot *s)
{
    return (struct step_group){
        .steps = s->group_steps,
        .loss = s->group_loss,
        .loss_low = s->group_loss_low,
        .loss_high = s->group_loss_high,
        .accuracy = s->group_accuracy,
        .accuracy_low = s->group_accuracy_low,
        .accuracy_high = s->group_accuracy_high,
    };
}

static bool read_array(struct training *r, enum arena arena, float *to, struct error *e)
{
    return !to || executor_read_arena(&r->executor, arena, to, e);
}

/* What the snapshot before had of them is often what they still are. */
static void note_kept(const struct training *r, struct snapshot *s)
{
    if (s->kept_epoch == (uint64_t)r->kept_epoch)
        return;
    s->kept_epoch = (uint64_t)r->kept_epoch;
    memcpy(s->array[SNAPSHOT_KEPT_PARAMETERS], r->kept_parameters, s->bytes[SNAPSHOT_KEPT_PARAMETERS]);
    memcpy(s->array[SNAPSHOT_KEPT_STATISTICS], r->kept_statistics, s->bytes[SNAPSHOT_KEPT_STATISTICS]);
}

/* `mean`: of the statistics of all ranks, or NULL where this device has it. */
static bool fill(struct training *r, bool validated, const float *mean, struct error *e)
{
    struct snapshot *s = &r->t->snapshot;

    note_position(r, validated, s);
    note_group(&r->group, s);
    note_kept(r, s);
    if (mean)
        memcpy(s->array[SNAPSHOT_STATISTICS], mean, s->bytes[SNAPSHOT_STATISTICS]);
    return read_array(r, ARENA_PARAMETERS, s->array[SNAPSHOT_PARAMETERS], e) &&
           read_array(r, ARENA_OPTIMISER, s->array[SNAPSHOT_OPTIMISER], e) &&
           (mean || read_array(r, ARENA_STATISTICS, s->array[SNAPSHOT_STATISTICS], e));
}

/* False while it is being written; one that nobody has taken yet is replaced. Without `waits` also while the lock is
 * held: a step never waits for those who read. */
static bool claim(struct training *r, bool waits)
{
    struct trainer *t = r->t;

    if ((waits ? pthread_mutex_lock(&t->lock) : pthread_mutex_trylock(&t->lock)) != 0)
        return false;
    bool free = t->snapshot_place != SNAPSHOT_TAKEN;
    if (free)
        t->snapshot_place = SNAPSHOT_EMPTY;
    pthread_mutex_unlock(&t->lock);
    return free;
}

static void hand_over(struct training *r)
{
    struct trainer *t = r->t;

    pthread_mutex_lock(&t->lock);
    t->snapshot_place = SNAPSHOT_FILLED;
    pthread_mutex_unlock(&t->lock);
    if (t->events.changed)
        t->events.changed(t->events.context);
}

/* From the last one to the next, at least, for what it cost. Writing takes one of the cores that train. */
static double seconds_to_rest(const struct training *r)
{
    double work = atomic_load(&r->t->snapshot_work);

    return (r->snapshot_copying + (work < work_least ? 0 : work / int_max(r->t->device.threads, 1))) / share_most;
}

/* What the last one cost is known once it is written, which is behind the time that it was taken at. */
static bool is_due(struct training *r)
{
    if (clock_seconds() < r->snapshot_due)
        return false;
    r->snapshot_due = fmax(r->snapshot_due, r->snapshot_taken + seconds_to_rest(r));
    return clock_seconds() >= r->snapshot_due;
}

/* With no step under way. */
static bool take(struct training *r, bool validated, const float *mean, struct error *e)
{
    double before = clock_seconds();

    if (!fill(r, validated, mean, e))
        return false;
    hand_over(r);
    r->snapshot_taken = clock_seconds();
    r->snapshot_copying = r->snapshot_taken - before;
    r->now.snapshot_seconds += r->snapshot_copying;
    r->snapshot_due = r->snapshot_taken + r->t->recipe.training.checkpoint;
    return true;
}

bool trainer_snapshot_begin(struct training *r)
{
    bool asked = atomic_load_explicit(&r->t->snapshot_asked, memory_order_relaxed);

    /* Looked at twice: the last one may have been written in between. */
    return wanted(r) && (asked || is_due(r)) && claim(r, false) && (asked || is_due(r));
}

bool trainer_snapshot_take(struct training *r, const float *mean, struct error *e)
{
    atomic_store(&r->t->snapshot_asked, false);
    return take(r, false, mean, e);
}

static bool has_rested(const struct training *r)
{
    return clock_seconds() >= r->snapshot_taken + fmax(epochs_apart, seconds_to_rest(r));
}

bool trainer_snapshot_epoch(struct training *r, struct error *e)
{
    if (!wanted(r) || !has_rested(r) || !claim(r, true) || !has_rested(r))
        return true;
    return take(r, true, NULL, e);
}

/* Will another be copied and written in the time that is left? As long as neither was measured, that is tried. */
static bool in_time(const struct training *r)
{
    double until = atomic_load(&r->t->until);

    return until == 0 || clock_seconds() + r->snapshot_copying + r->t->snapshot_writing < until;
}

/* With the lock held. False when it is still being written at the end of the time that is left. */
static bool wait_for_return(struct training *r)
{
    struct trainer *t = r->t;

    while (t->snapshot_place == SNAPSHOT_TAKEN && in_time(r))
        if (atomic_load(&t->until) == 0)
            pthread_cond_wait(&t->returned, &t->lock);
        else
            thread_wait_until(&t->returned, &t->lock, atomic_load(&t->until));
    return t->snapshot_place != SNAPSHOT_TAKEN && in_time(r);
}

bool trainer_snapshot_end(struct training *r, struct error *e)
{
    struct trainer *t = r->t;

    if (!wanted(r) || r->now.steps == 0)
        return true;
    pthread_mutex_lock(&t->lock);
    bool replace = wait_for_return(r);
    if (replace)
        t->snapshot_place = SNAPSHOT_EMPTY; /* one that nobody has taken yet must not be taken while it is replaced */
    pthread_mutex_unlock(&t->lock);
    return !replace || take(r, r->validated, NULL, e);
}

/* The smoothed figures of the last steps, as far as the curve tells of single ones. */
static void restore_last_steps(struct training *r)
{
    const struct series *steps = r->t->steps;
    size_t there = series_length(steps), first = there > LAST_STEPS ? there - LAST_STEPS : 0;
    int rows = r->t->recipe.training.batch;

    for (size_t i = first; i < there; i++) {
        struct point p = series_at(steps, i);

        if (p.steps == 1)
            last_steps_add(&r->last_steps, (double)p.loss, (double)p.accuracy * rows, rows);
    }
}

static void restore_position(struct training *r, const struct snapshot *s)
{
    r->now.epoch = (int)s->epoch;
    r->now.batch = uint32_min((uint32_t)s->batch, r->now.batches); /* which are fewer where there are fewer images */
    r->now.steps = r->begun_steps = s->steps;
    r->now.images = s->images;
    r->epoch_images = s->epoch_images;
    r->epoch_loss = s->epoch_loss;
    r->epoch_correct = s->epoch_correct;
    r->epoch_began = s->epoch_began;
    r->now.best_epoch = (int)s->best_epoch;
    r->kept_epoch = (int)s->kept_epoch;
    r->now.learning_rate = s->learning_rate;
    r->now.rate_factor = s->rate_factor;
    atomic_store(&r->t->rate_factor, s->rate_factor);
    r->now.seconds = s->seconds;
    r->now.training_seconds = s->training_seconds;
    r->apart = s->seconds - s->training_seconds;
    r->valid_seconds = s->valid_seconds;
    r->now.seconds_per_epoch = s->seconds_per_epoch;
    r->now.train_loss = s->train_loss;
    r->now.train_accuracy = s->train_accuracy;
    r->now.valid_loss = s->valid_loss;
    r->now.valid_accuracy = s->valid_accuracy;
    r->now.best_valid_loss = s->best_valid_loss;
    r->now.speed = s->training_seconds > 0 ? (double)s->images / s->training_seconds : 0;
    r->mid_epoch = s->batch > 0;
    r->validated = s->batch == 0 && s->epoch > 1;
    r->group = group_of(s);
    restore_last_steps(r);
}

static bool write_array(struct training *r, enum arena arena, const float *from, struct error *e)
{
    return !from || executor_write_arena(&r->executor, arena, from, e);
}

/* Whoever has put images to the set, or mends a label, may want that; who has got another set by mistake does not. */
static bool knows_images(struct training *r, const struct snapshot *s, struct error *e)
{
    const struct fingerprint_side then = { &s->data, "then" }, now = { &r->t->data, "now" };
    char *differs = r->now.other_images;

    return !fingerprint_differs(then, now, differs, sizeof r->now.other_images) || r->t->other_images ||
           error_set(e, ERROR_INPUT, "the images are not those that the run was left with: %s; put these back, or go "
                                     "on with what is there now: 'cuvette resume RUN --other-images'", differs);
}

static bool restore(struct training *r, struct error *e)
{
    const struct snapshot *s = &r->t->snapshot;

    if (!snapshot_fits(s, r->t->plan, e) || !knows_images(r, s, e))
        return false;
    if (s->epoch < 1 || (s->batch > r->now.batches && !r->t->other_images) || s->epoch > (uint64_t)r->now.epochs + 1)
        return error_set(e, ERROR_INPUT, "the checkpoint is of epoch %llu, step %llu: the data set or the number of "
                                         "epochs is another now",
                         (unsigned long long)s->epoch, (unsigned long long)s->batch);
    if (s->kept_epoch > 0 && r->kept_parameters) {
        memcpy(r->kept_parameters, s->array[SNAPSHOT_KEPT_PARAMETERS], s->bytes[SNAPSHOT_KEPT_PARAMETERS]);
        memcpy(r->kept_statistics, s->array[SNAPSHOT_KEPT_STATISTICS], s->bytes[SNAPSHOT_KEPT_STATISTICS]);
    }
    restore_position(r, s);
    return write_array(r, ARENA_PARAMETERS, s->array[SNAPSHOT_PARAMETERS], e) &&
           write_array(r, ARENA_OPTIMISER, s->array[SNAPSHOT_OPTIMISER], e) &&
           write_array(r, ARENA_STATISTICS, s->array[SNAPSHOT_STATISTICS], e);
}

bool trainer_snapshot_share(struct training *r, struct error *e)
{
    struct communicator *c = r->t->communicator;
    struct snapshot s = { .layout = 0 };

    if (trainer_leads(r)) {
        note_position(r, false, &s);
        note_group(&r->group, &s);
        s.kept_epoch = (uint64_t)r->kept_epoch;
    }
    if (!c->ops->broadcast(c, &s, sizeof s, 0, e))
        return false;
    if (!trainer_leads(r))
        restore_position(r, &s);
    return true;
}

bool trainer_snapshot_open(struct training *r, struct error *e)
{
    if (r->t->resumes && !restore(r, e))
        return false;
    r->snapshot_due = clock_seconds() + r->t->recipe.training.checkpoint;
    if (!wanted(r) || r->t->resumes)
        return true;
    return snapshot_new(&r->t->snapshot, r->t->plan, e);
}
