#include "run/beacon.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/field.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/version.h"
#include "host/cgroup.h"
#include "host/job.h"
#include "run/control.h"
#include "run/run_status.h"

static const double seconds_between = 1;

struct beacon {
    const char *folder;
    struct trainer *trainer;
    struct run_status status; /* the thread's own, but for what beacon_tell() sets */
    pthread_t thread;
    pthread_mutex_t lock; /* for what is below, and what beacon_tell() sets */
    pthread_cond_t ended;
    bool ends;
    char shelter[PATH_SIZE]; /* where the run is kept that its own folder does not take; "": nowhere else */
};

static void identify(struct run_status *s, const struct device *device)
{
    char label[DEVICES_LABEL_SIZE];
    struct job job;

    job_read(&job);
    *s = (struct run_status){ .process = (int)getpid(), .begun = clock_now(), .checkpoint = -1, .memory_kills = -1 };
    text_copy(s->host, sizeof s->host, job.node);
    text_copy(s->job, sizeof s->job, job.id);
    s->job_end = job.end;
    devices_label(device, label);
    text_copy(s->device, sizeof s->device, label);
    text_copy(s->device_name, sizeof s->device_name, device->info.name);
    text_copy(s->version, sizeof s->version, CUVETTE_VERSION);
}

static bool scale_rate(struct beacon *b, double factor, char *words, size_t size)
{
    const struct field *field = fields_find(*recipe_sections[RECIPE_SECTION_optimiser].fields, "learning_rate");
    struct trainer_status now;

    trainer_status(b->trainer, &now);

    double rate = now.learning_rate * factor;
    double highest = trainer_recipe(b->trainer)->optimiser.learning_rate * now.rate_factor * factor;

    if (highest < field->low || highest > field->high) {
        snprintf(words, size, "the learning rate stays as it is: %.3g is out of its range", highest);
        return false;
    }
    trainer_command(b->trainer, TRAINER_LEARNING_RATE, factor);
    snprintf(words, size, "learning rate times %.3g: %.3g", factor, rate);
    return true;
}

/* False: it was refused. */
static bool obey(struct beacon *b, const struct control *c, char *words, size_t size)
{
    static const struct {
        enum trainer_command command;
        const char *words;
    } commands[CONTROL_COUNT] = {
        [CONTROL_PAUSE] = { TRAINER_PAUSE, "it pauses" },
        [CONTROL_RESUME] = { TRAINER_RESUME, "it goes on" },
        [CONTROL_STOP] = { TRAINER_STOP, "it stops and saves what was learned" },
        [CONTROL_CHECKPOINT] = { TRAINER_SNAPSHOT, "it writes a checkpoint" },
    };

    if (c->kind == CONTROL_RATE)
        return scale_rate(b, c->factor, words, size);
    if (c->kind == CONTROL_CHECKPOINT && trainer_recipe(b->trainer)->training.checkpoint <= 0) {
        text_copy(words, size, "this run writes no checkpoints: its recipe has training.checkpoint = 0");
        return false;
    }
    trainer_command(b->trainer, commands[c->kind].command, 0);
    text_copy(words, size, commands[c->kind].words);
    return true;
}

static void answer(void *beacon, const char *id, const struct control *c, const char *why)
{
    struct beacon *b = beacon;
    struct run_status *s = &b->status;

    if (s->n_answers == RUN_ANSWERS_MOST)
        memmove(s->answers, s->answers + 1, (size_t)--s->n_answers * sizeof *s->answers);

    struct run_answer *a = &s->answers[s->n_answers++];

    *a = (struct run_answer){ .taken = clock_now() };
    text_copy(a->id, sizeof a->id, id);
    if (c)
        a->good = obey(b, c, a->text, sizeof a->text);
    else
        text_copy(a->text, sizeof a->text, why);
}

static void take_profile(struct run_status *s, const struct trainer *trainer)
{
    trainer_profile(trainer, &s->profile);
    s->profile.n_layers = 0;
    trainer_rank_rows(trainer, &s->ranks);
}

static void take_memory(struct run_status *s)
{
    struct cgroup_memory group;
    bool limited = cgroup_memory_read("", &group);

    s->memory_used = limited ? (double)group.used : -1;
    s->memory_limit = limited ? (double)group.limit : -1;
    if (s->memory_kills < 0 && limited)
        s->memory_kills = (double)group.kills;
}

static void copy_shelter(struct beacon *b, char out[PATH_SIZE])
{
    pthread_mutex_lock(&b->lock);
    text_copy(out, PATH_SIZE, b->shelter);
    pthread_mutex_unlock(&b->lock);
}

/* One that cannot be written is written anew a second later, and until then where the run is kept instead. */
static void show(struct beacon *b)
{
    struct run_status *s = &b->status;
    char shelter[PATH_SIZE];
    struct error ignored;

    trainer_status(b->trainer, &s->trainer);
    if (s->handed_over) {
        s->trainer.state = TRAINER_PREPARING;
        text_copy(s->trainer.activity, sizeof s->trainer.activity, "going on in another process");
    }
    take_profile(s, b->trainer);
    take_memory(s);
    s->written = clock_now();
    pthread_mutex_lock(&b->lock);
    struct run_status whole = *s;
    pthread_mutex_unlock(&b->lock);
    copy_shelter(b, shelter);
    if (!run_status_write(&whole, b->folder, &ignored) && shelter[0])
        run_status_write(&whole, shelter, &ignored);
}

static void take_commands(struct beacon *b)
{
    char shelter[PATH_SIZE];

    copy_shelter(b, shelter);
    control_take(b->folder, answer, b);
    if (shelter[0])
        control_take(shelter, answer, b);
}

static void *work(void *beacon)
{
    struct beacon *b = beacon;
    double next = clock_seconds();

    pthread_mutex_lock(&b->lock);
    while (!b->ends) {
        if (clock_seconds() < next) {
            thread_wait_until(&b->ended, &b->lock, next);
            continue;
        }
        pthread_mutex_unlock(&b->lock);
        take_commands(b);
        show(b);
        next = clock_seconds() + seconds_between;
        pthread_mutex_lock(&b->lock);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

struct beacon *beacon_start(const char *folder, struct trainer *trainer, const struct device *device, struct error *e)
{
    struct beacon *b = memory_new(1, sizeof *b, e);

    if (!b)
        return NULL;
    b->folder = folder;
    b->trainer = trainer;
    identify(&b->status, device);
    pthread_mutex_init(&b->lock, NULL);
    thread_condition(&b->ended);
    control_clear(folder);
    show(b);
    if (thread_start(&b->thread, work, b))
        return b;
    run_status_remove(folder);
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->ended);
    free(b);
    error_set(e, ERROR_RUN, "cannot start a thread that tells of the run: the system's limit is reached");
    return NULL;
}

void beacon_tell(struct beacon *b, const struct recorder *r, const struct error *trouble)
{
    const struct recorder_checkpoint *checkpoint = &r->checkpoint;

    pthread_mutex_lock(&b->lock);
    if (checkpoint->written > 0) {
        b->status.checkpoint = clock_now() - (clock_seconds() - checkpoint->written);
        b->status.checkpoint_steps = checkpoint->steps;
    }
    b->status.job_end = r->job.end;
    text_copy(b->shelter, sizeof b->shelter, r->shelter.since[0] ? r->shelter.folder.path : "");
    text_copy(b->status.trouble, sizeof b->status.trouble, trouble->kind != ERROR_NONE ? trouble->text : "");
    pthread_mutex_unlock(&b->lock);
}

static void end_thread(struct beacon *b)
{
    pthread_mutex_lock(&b->lock);
    b->ends = true;
    pthread_cond_broadcast(&b->ended);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
}

static void free_beacon(struct beacon *b)
{
    control_clear(b->folder);
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->ended);
    free(b);
}

void beacon_stop(struct beacon *b)
{
    if (!b)
        return;
    end_thread(b);
    run_status_remove(b->folder);
    if (b->shelter[0])
        run_status_remove(b->shelter);
    free_beacon(b);
}

void beacon_hand_over(struct beacon *b)
{
    end_thread(b);
    b->status.handed_over = true;
    show(b);
    free_beacon(b);
}
