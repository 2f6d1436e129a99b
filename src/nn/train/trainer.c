#include "nn/train/trainer.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "nn/communicators/communicator_threads.h"
#include "nn/recipe/recipe_rate.h"
#include "nn/train/trainer_thread.h"

static void free_trainer(struct trainer *t)
{
    series_free(t->steps);
    series_free(t->means);
    series_free(t->epochs);
    if (t->owns_source)
        source_close(t->source);
    plan_free(t->plan);
    snapshot_free(&t->snapshot);
    pretrained_free(&t->pretrained);
    free(t->parameters);
    free(t->statistics);
    if (t->owns_communicator)
        t->communicator->ops->close(t->communicator);
    free(t->followers);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->resumed);
    pthread_cond_destroy(&t->over);
    pthread_cond_destroy(&t->returned);
    free(t);
}

static void first_status(struct trainer *t)
{
    t->status = trainer_status_unknown;
    t->status.epochs = t->recipe.training.epochs;
    t->status.learning_rate = recipe_rate_peak(&t->recipe);
    text_copy(t->status.activity, sizeof t->status.activity, "starting");
}

static bool copy_points(struct series *to, const struct point *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!series_append(to, from[i]))
            return false;
    return true;
}

static bool make_curves(struct trainer *t, const struct trainer_resume *resume, struct error *e)
{
    t->steps = series_new();
    t->means = series_new();
    t->epochs = series_new();
    bool made = t->steps && t->means && t->epochs;

    if (made && resume)
        made = copy_points(t->steps, resume->steps, resume->n_steps) &&
               copy_points(t->means, resume->means, resume->n_means) &&
               copy_points(t->epochs, resume->epochs, resume->n_epochs);
    return made || error_set(e, ERROR_MEMORY, "no memory for the curves of a run");
}

/* `leader`: that it is a follower of, or NULL. What `setup` gives becomes its own once it has started. */
static struct trainer *start_one(const struct trainer_setup *setup, struct trainer *leader, int n_followers,
                                 struct error *e)
{
    struct trainer *t = memory_new(1, sizeof *t, e);

    if (!t)
        return NULL;
    t->leader = leader;
    t->n_followers = n_followers;
    t->followers = n_followers > 0 ? memory_new((size_t)n_followers, sizeof *t->followers, e) : NULL;
    if (n_followers > 0 && !t->followers) {
        free(t);
        return NULL;
    }
    t->recipe = *setup->recipe;
    t->backend = setup->backend;
    t->device = setup->device;
    t->communicator = setup->communicator;
    t->memory = setup->memory;
    t->events = setup->events;
    t->source = setup->source;
    t->owns_source = !setup->source;
    t->last_epoch = setup->last_epoch;
    t->other_images = setup->other_images;
    atomic_init(&t->rate_factor, 1.0);
    pthread_mutex_init(&t->lock, NULL);
    thread_condition(&t->resumed);
    thread_condition(&t->over);
    thread_condition(&t->returned);
    first_status(t);
    if (!make_curves(t, setup->resume, e)) {
        free_trainer(t);
        return NULL;
    }
    if (setup->resume) {
        t->resumes = true;
        t->snapshot = *setup->resume->snapshot;
        *setup->resume->snapshot = (struct snapshot){ 0 };
    }
    if (setup->pretrained) {
        t->pretrained = *setup->pretrained;
        *setup->pretrained = (struct pretrained){ .plan = NULL };
    }
    if (!thread_start(&t->thread, trainer_thread, t)) {
        error_set(e, ERROR_RUN, "cannot start a thread to train on: the system's limit is reached");
        free_trainer(t);
        return NULL;
    }
    return t;
}

/* The members that have a trainer are closed with it. */
static bool start_followers(struct trainer *t, const struct trainer_setup *setup, struct communicator *const members[],
                            struct error *e)
{
    struct trainer_setup follower = *setup;
    bool good = true;

    follower.events = (struct trainer_events){ .changed = NULL };
    follower.resume = NULL;
    follower.pretrained = NULL;
    follower.source = NULL;
    for (int i = 0; i < t->n_followers; i++) {
        follower.device = backend_replica(&setup->device, i + 1);
        follower.communicator = members[i + 1];
        t->followers[i] = good ? start_one(&follower, t, 0, e) : NULL;
        if (t->followers[i])
            t->followers[i]->owns_communicator = true;
        else
            members[i + 1]->ops->close(members[i + 1]);
        good = good && t->followers[i];
    }
    return good;
}

static struct trainer *start_together(const struct trainer_setup *setup, struct error *e)
{
    const int replicas = setup->device.replicas;
    struct communicator *members[DEVICES_MAX];
    struct trainer_setup first = *setup;
    struct trainer *t;

    if (replicas > DEVICES_MAX || setup->communicator) {
        error_set(e, ERROR_DEVICE, setup->communicator ? "each of several processes trains on one device"
                                                       : "more replicas than can train in one process");
        return NULL;
    }
    if (!communicator_threads_open(replicas, members, e))
        return NULL;
    first.device = backend_replica(&setup->device, 0);
    first.communicator = members[0];
    t = start_one(&first, NULL, replicas - 1, e);
    if (!t) {
        for (int i = 0; i < replicas; i++)
            members[i]->ops->close(members[i]);
        return NULL;
    }
    t->owns_communicator = true;
    if (start_followers(t, setup, members, e))
        return t;
    trainer_close(t);
    return NULL;
}

struct trainer *trainer_start(const struct trainer_setup *setup, struct error *e)
{
    return setup->device.replicas > 1 ? start_together(setup, e) : start_one(setup, NULL, 0, e);
}

static void multiply_rate(struct trainer *t, double factor)
{
    double before = atomic_load(&t->rate_factor);

    while (!atomic_compare_exchange_weak(&t->rate_factor, &before, before * factor))
        ;
}

void trainer_command(struct trainer *t, enum trainer_command command, double amount)
{
    pthread_mutex_lock(&t->lock);
    switch (command) {
    case TRAINER_PAUSE:
        atomic_store(&t->paused, true);
        break;
    case TRAINER_RESUME:
        atomic_store(&t->paused, false);
        break;
    case TRAINER_STOP:
        atomic_store(&t->stop, true);
        break;
    case TRAINER_LEARNING_RATE:
        multiply_rate(t, amount);
        break;
    case TRAINER_SNAPSHOT:
        atomic_store(&t->snapshot_asked, true);
        break;
    }
    pthread_cond_broadcast(&t->resumed);
    pthread_mutex_unlock(&t->lock);
}

void trainer_stop_by(struct trainer *t, double until)
{
    double none = 0;

    atomic_compare_exchange_strong(&t->until, &none, until);
    trainer_command(t, TRAINER_STOP, 0);
}

void trainer_stop_soon(struct trainer *t)
{
    const char *wanted = getenv("CUVETTE_STOP_SECONDS");
    double seconds;

    if (!wanted || !text_to_double(wanted, &seconds) || seconds <= 0)
        seconds = 6;
    trainer_stop_by(t, clock_seconds() + seconds);
}

double trainer_until(const struct trainer *t)
{
    return atomic_load(&t->until);
}

void trainer_status(const struct trainer *t, struct trainer_status *out)
{
    struct trainer *mutable = (struct trainer *)t; /* the lock changes, nothing that is seen does */

    pthread_mutex_lock(&mutable->lock);
    *out = t->status;
    pthread_mutex_unlock(&mutable->lock);
}

void trainer_profile(const struct trainer *t, struct step_profile *out)
{
    struct trainer *mutable = (struct trainer *)t;

    pthread_mutex_lock(&mutable->lock);
    *out = t->profile;
    pthread_mutex_unlock(&mutable->lock);
}

void trainer_health(const struct trainer *t, struct health *out)
{
    struct trainer *mutable = (struct trainer *)t;

    pthread_mutex_lock(&mutable->lock);
    *out = t->health;
    pthread_mutex_unlock(&mutable->lock);
}

void trainer_rank_rows(const struct trainer *t, struct rank_rows *out)
{
    struct trainer *mutable = (struct trainer *)t;

    pthread_mutex_lock(&mutable->lock);
    *out = t->rank_rows;
    pthread_mutex_unlock(&mutable->lock);
}

const struct series *trainer_steps(const struct trainer *t)
{
    return t->steps;
}

const struct series *trainer_means(const struct trainer *t)
{
    return t->means;
}

const struct series *trainer_epochs(const struct trainer *t)
{
    return t->epochs;
}

const struct snapshot *trainer_take_snapshot(struct trainer *t)
{
    pthread_mutex_lock(&t->lock);
    bool filled = t->snapshot_place == SNAPSHOT_FILLED;
    if (filled) {
        t->snapshot_place = SNAPSHOT_TAKEN;
        t->snapshot_taken = clock_thread_seconds();
    }
    pthread_mutex_unlock(&t->lock);
    return filled ? &t->snapshot : NULL;
}

const struct snapshot *trainer_retake_snapshot(struct trainer *t)
{
    pthread_mutex_lock(&t->lock);
    bool there = trainer_over(t->status.state) && t->snapshot_place == SNAPSHOT_EMPTY && t->snapshot.steps > 0;
    if (there) {
        t->snapshot_place = SNAPSHOT_TAKEN;
        t->snapshot_taken = clock_thread_seconds();
    }
    pthread_mutex_unlock(&t->lock);
    return there ? &t->snapshot : NULL;
}

void trainer_give_back_snapshot(struct trainer *t, double seconds)
{
    pthread_mutex_lock(&t->lock);
    if (seconds > 0)
        t->snapshot_writing = seconds;
    atomic_store(&t->snapshot_work, fmax(clock_thread_seconds() - t->snapshot_taken, 0));
    t->snapshot_place = SNAPSHOT_EMPTY;
    pthread_cond_broadcast(&t->returned);
    pthread_mutex_unlock(&t->lock);
}

/* What the thread has made before its first snapshot stays. */
bool trainer_best_weights(const struct trainer *t, const struct snapshot *s, struct trainer_weights *out)
{
    if (s->kept_epoch == 0)
        return false;
    *out = trainer_describe_weights(t, s->array[SNAPSHOT_KEPT_PARAMETERS], s->array[SNAPSHOT_KEPT_STATISTICS]);
    out->epoch = (int)s->kept_epoch;
    return true;
}

const struct recipe *trainer_recipe(const struct trainer *t)
{
    return &t->recipe;
}

void trainer_wait(struct trainer *t)
{
    pthread_mutex_lock(&t->lock);
    while (!trainer_over(t->status.state))
        pthread_cond_wait(&t->over, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

const struct trainer_weights *trainer_weights(const struct trainer *t)
{
    struct trainer_status status;

    trainer_status(t, &status);
    return trainer_over(status.state) && t->has_weights ? &t->weights : NULL;
}

static bool ended_in_time(struct trainer *t)
{
    const double grace = 0.5, until = trainer_until(t);
    bool in_time = true;

    pthread_mutex_lock(&t->lock);
    while (until > 0 && !t->ended && in_time)
        in_time = thread_wait_until(&t->over, &t->lock, until + grace);
    in_time = t->ended || until == 0;
    pthread_mutex_unlock(&t->lock);
    return in_time;
}

void trainer_close(struct trainer *t)
{
    if (!t)
        return;
    trainer_command(t, TRAINER_STOP, 0);
    if (!ended_in_time(t))
        return; /* leaked: its thread waits for a file system that does not answer */
    pthread_join(t->thread, NULL);
    for (int i = 0; i < t->n_followers; i++)
        trainer_close(t->followers[i]); /* they read its images */
    free_trainer(t);
}
