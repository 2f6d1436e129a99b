#include "run/watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"
#include "run/shelter_place.h"

enum { COMMANDS_MOST = 8 };
/* Without an answer it is said so after `patience`; a run that is only slow may still take it, up to `withdrawal`. */
static const double seconds_between = 1, patience = 10, withdrawal = 60;

struct command {
    struct control control;
    char id[CONTROL_ID_SIZE];
    double sent; /* clock_seconds() */
    bool told;   /* that there is no answer */
};

struct watch {
    char folder[PATH_SIZE];
    int epochs; /* that the recipe has */
    struct trainer_events events;

    /* The thread's own. */
    char place[PATH_SIZE]; /* where the run is: in its folder, or where it went on when that could not be written */
    struct metrics_follow *follow;
    struct sighting_signs signs;
    struct sighting look;
    struct command waiting[COMMANDS_MOST]; /* for their answer */
    int n_waiting;

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t changed;
    atomic_bool closed; /* nobody waits for the thread any more: it frees this */
    unsigned looks;
    struct sighting view;
    struct run_curves curves;
    struct health health;
    struct control asked[COMMANDS_MOST]; /* not sent yet */
    int n_asked;
    struct watch_reply replies[COMMANDS_MOST];
    int n_replies;
};

static void reply(struct watch *w, bool good, const char *text)
{
    pthread_mutex_lock(&w->lock);
    if (w->n_replies < COMMANDS_MOST) {
        struct watch_reply *r = &w->replies[w->n_replies++];

        r->good = good;
        text_sanitise(r->text, sizeof r->text, text);
    }
    pthread_mutex_unlock(&w->lock);
}

static void send_commands(struct watch *w)
{
    struct control asked[COMMANDS_MOST];
    struct error e;

    pthread_mutex_lock(&w->lock);
    int n = w->n_asked;
    memcpy(asked, w->asked, sizeof asked);
    w->n_asked = 0;
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < n; i++) {
        struct command *c = &w->waiting[w->n_waiting];

        *c = (struct command){ .control = asked[i], .sent = clock_seconds() };
        if (w->n_waiting == COMMANDS_MOST)
            reply(w, false, "too many commands wait for an answer");
        else if (control_send(w->place, &asked[i], c->id, &e))
            w->n_waiting++;
        else
            reply(w, false, e.text);
    }
}

static bool take_answer(struct watch *w, const struct command *c)
{
    const struct run_answer *answer = run_status_answer(&w->look.status, c->id);
    char text[sizeof answer->text + 64], when[16];

    if (!answer)
        return false;
    clock_of_day(when, sizeof when, answer->taken);
    snprintf(text, sizeof text, answer->good ? "taken at %s: %s" : "refused at %s: %s", when, answer->text);
    reply(w, answer->good, text);
    return true;
}

static void tell_no_answer(struct watch *w, struct command *c, bool over)
{
    const char *what = control_words[c->control.kind];
    char text[sizeof((struct watch_reply *)0)->text];

    if (over)
        snprintf(text, sizeof text, "the run was asked %s, but it has ended", what);
    else
        snprintf(text, sizeof text, "asked %s: no answer for %.0f s. Does it still run?", what, patience);
    if (!c->told)
        reply(w, false, text);
    c->told = true;
}

/* True when nothing more will come of it. A run that is over no longer answers what it took; that it is, is the answer
 * to a stop. */
static bool give_up(struct watch *w, struct command *c)
{
    bool over = w->look.state == SIGHTING_ENDED || w->look.state == SIGHTING_CUT_OFF;
    double waited = clock_seconds() - c->sent;

    if (waited >= patience || (over && c->control.kind != CONTROL_STOP))
        tell_no_answer(w, c, over);
    if (!over && waited < withdrawal)
        return false;
    control_withdraw(w->place, c->id);
    return true;
}

static void follow_commands(struct watch *w)
{
    int left = 0;

    for (int i = 0; i < w->n_waiting; i++)
        if (!take_answer(w, &w->waiting[i]) && !give_up(w, &w->waiting[i]))
            w->waiting[left++] = w->waiting[i];
    w->n_waiting = left;
}

/* What the curves tell where there is no status: of a run that has ended, or that an earlier version trains. */
static void take_curves(struct watch *w, const struct run_curves *curves)
{
    struct trainer_status *t = &w->look.status.trainer;
    size_t n = series_length(curves->steps), checks = series_length(curves->epochs);

    t->epochs = w->epochs;
    if (n > 0) {
        struct point last = series_at(curves->steps, n - 1);

        t->epoch = (int)fmax(ceil(last.position), 1);
        t->steps = last.step;
        t->batches = last.position > 0 ? (uint32_t)lround((double)last.step / last.position) : 0;
        t->batch = (uint32_t)lround((last.position - t->epoch + 1) * t->batches);
        t->learning_rate = (double)last.learning_rate;
        t->speed_now = (double)last.images_per_second;
        t->seconds = last.seconds;
    }
    for (size_t i = 0; i < checks; i++) {
        struct point check = series_at(curves->epochs, i);

        t->valid_loss = (double)check.loss;
        t->valid_accuracy = (double)check.accuracy;
        if (i == 0 || t->valid_loss < t->best_valid_loss) {
            t->best_valid_loss = t->valid_loss;
            t->best_epoch = (int)i + 1;
        }
    }
}

static void forget_status(struct run_status *s)
{
    *s = (struct run_status){ .checkpoint = -1, .trainer = trainer_status_unknown };
    s->trainer.state = TRAINER_RUNNING;
}

static void turn_to(struct watch *w, const char *folder)
{
    char metrics[PATH_SIZE];
    struct error ignored;

    text_copy(w->place, sizeof w->place, folder);
    w->signs = (struct sighting_signs){ .looked = false };
    if (path_join(metrics, folder, "metrics.jsonl", &ignored))
        metrics_follow_turn(w->follow, metrics);
}

/* A folder that is gone or silent may be one that cannot be written: then the run tells of itself elsewhere, until its
 * own folder takes all again. */
static void follow_move(struct watch *w)
{
    enum sighting_state state = w->look.state;
    bool away = strcmp(w->place, w->folder) != 0;
    char found[PATH_SIZE];

    if (away && state == SIGHTING_GONE)
        turn_to(w, w->folder);
    else if (!away && (state == SIGHTING_GONE || state == SIGHTING_SILENT) && shelter_place_find(w->folder, found))
        turn_to(w, found);
    else
        return;
    away = !away;
    text_copy(w->look.moved, sizeof w->look.moved, away ? w->place : "");
    if (away)
        w->look.state = SIGHTING_LOOKING;
}

/* It stays said, also while all is well. */
static void tell_move(struct sighting *s)
{
    if (s->moved[0] && s->words[0] == '\0')
        snprintf(s->words, sizeof s->words, "its folder cannot be written: it went on in %.260s", s->moved);
}

static void look(struct watch *w)
{
    char metrics[PATH_SIZE];
    struct error e;
    bool came;

    sighting_look(&w->signs, w->place, &w->look);
    if (path_join(metrics, w->place, "metrics.jsonl", &e))
        metrics_follow_look(w->follow, &w->closed, &came, &e);

    struct run_curves curves = metrics_follow_curves(w->follow);

    if (!w->signs.status && w->look.status.process == 0)
        take_curves(w, &curves);
    sighting_judge(&w->signs, w->place, &w->look);
    if (w->look.state == SIGHTING_ENDED)
        sighting_take_summary(w->place, &w->look);
    follow_move(w);
    tell_move(&w->look);
    follow_commands(w);
    pthread_mutex_lock(&w->lock);
    w->view = w->look;
    w->curves = curves;
    w->health = *metrics_follow_health(w->follow);
    w->looks++;
    pthread_cond_broadcast(&w->changed);
    if (!w->closed && w->events.changed)
        w->events.changed(w->events.context); /* under the lock, so that the listener still exists */
    pthread_mutex_unlock(&w->lock);
}

static void free_watch(struct watch *w)
{
    metrics_follow_close(w->follow);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->changed);
    free(w);
}

static void *work(void *watch)
{
    struct watch *w = watch;
    double next;

    while (!w->closed) {
        next = clock_seconds() + seconds_between;
        send_commands(w);
        look(w);
        pthread_mutex_lock(&w->lock);
        while (!w->closed && w->n_asked == 0 && clock_seconds() < next)
            thread_wait_until(&w->changed, &w->lock, next);
        pthread_mutex_unlock(&w->lock);
    }
    /* Whoever closed it has let it go. */
    pthread_mutex_lock(&w->lock);
    pthread_mutex_unlock(&w->lock);
    free_watch(w);
    return NULL;
}

static bool prepare(struct watch *w, const char *folder, struct error *e)
{
    char metrics[PATH_SIZE];

    if (!text_copy(w->folder, sizeof w->folder, folder))
        return error_set(e, ERROR_INPUT, "the path %.60s… is too long", folder);
    text_copy(w->place, sizeof w->place, folder);
    forget_status(&w->look.status);
    w->view = w->look;
    if (!path_join(metrics, folder, "metrics.jsonl", e) || !(w->follow = metrics_follow_open(metrics, e)))
        return false;
    w->curves = metrics_follow_curves(w->follow);
    return true;
}

struct watch *watch_open(const char *folder, int epochs, struct trainer_events events, struct error *e)
{
    struct watch *w = memory_new(1, sizeof *w, e);
    pthread_t thread;

    if (!w)
        return NULL;
    w->epochs = epochs;
    w->events = events;
    pthread_mutex_init(&w->lock, NULL);
    thread_condition(&w->changed);
    if (prepare(w, folder, e)) {
        if (thread_start(&thread, work, w)) {
            pthread_detach(thread);
            return w;
        }
        error_set(e, ERROR_RUN, "cannot start a thread that watches the run: the system's limit is reached");
    }
    free_watch(w);
    return NULL;
}

void watch_close(struct watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->closed = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

/* Only the lock changes, nothing that a caller can see. */
static pthread_mutex_t *lock_of(const struct watch *w)
{
    return &((struct watch *)w)->lock;
}

unsigned watch_sighting(const struct watch *w, struct sighting *out)
{
    pthread_mutex_lock(lock_of(w));
    *out = w->view;
    unsigned looks = w->looks;
    pthread_mutex_unlock(lock_of(w));
    return looks;
}

bool watch_wait(struct watch *w, unsigned number, double until)
{
    pthread_mutex_lock(&w->lock);
    while (w->looks == number && clock_seconds() < until)
        thread_wait_until(&w->changed, &w->lock, until);
    bool later = w->looks != number;
    pthread_mutex_unlock(&w->lock);
    return later;
}

struct run_curves watch_curves(const struct watch *w)
{
    pthread_mutex_lock(lock_of(w));
    struct run_curves curves = w->curves;
    pthread_mutex_unlock(lock_of(w));
    return curves;
}

void watch_health(const struct watch *w, struct health *out)
{
    pthread_mutex_lock(lock_of(w));
    *out = w->health;
    pthread_mutex_unlock(lock_of(w));
}

const char *watch_folder(const struct watch *w)
{
    return w->folder;
}

void watch_command(struct watch *w, const struct control *c)
{
    pthread_mutex_lock(&w->lock);
    if (w->n_asked < COMMANDS_MOST)
        w->asked[w->n_asked++] = *c;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

bool watch_take_reply(struct watch *w, struct watch_reply *out)
{
    pthread_mutex_lock(&w->lock);
    bool there = w->n_replies > 0;

    if (there) {
        *out = w->replies[0];
        memmove(w->replies, w->replies + 1, (size_t)--w->n_replies * sizeof *w->replies);
    }
    pthread_mutex_unlock(&w->lock);
    return there;
}
