#include "mpi/mpi_thread.h"

#include <sched.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "mpi/mpi_notes.h"
#include "mpi/mpi_wait.h"

/* Seconds. While the rank computes on this core, messages are looked after once in a nap; while it waits for them, all
 * the time, and after a while now and then. After the last call the others may still write their files. */
static const double nap = 200e-6, busy = 2e-3, last_wait = 600, last_wait_failed = 60;

/* What is the thread's alone. */
struct mpi_thread {
    struct mpi_state *s;
    MPI_Comm comm;
    struct mpi_notes notes;
    struct mpi_wait wait;
    struct mpi_exchange *under_way; /* the first that began first */
    unsigned number;                /* of exchanges begun */
    int sums;                       /* that are under way */
    bool failed;
};

/* Moves a whole list behind another one. */
static void append(struct mpi_exchange **to, struct mpi_exchange *list)
{
    while (*to)
        to = &(*to)->next;
    *to = list;
}

/* Looked at when the failure is known, since those that speak end soon. Who told it was there after it. */
static bool speaks(const struct mpi_peers *peers, const struct mpi_failure *failure)
{
    if (failure->told_by >= 0 && failure->told_by < peers->rank)
        return false;
    for (int r = 0; r < peers->rank; r++)
        if (r != failure->about && !mpi_peers_is_dead(peers, r))
            return false;
    return failure->about != peers->rank; /* that was stopped itself, and goes on */
}

static void fail(struct mpi_thread *t, const struct mpi_failure *failure)
{
    struct mpi_state *s = t->s;
    bool first = !s->peers.processes || speaks(&s->peers, failure);

    pthread_mutex_lock(&s->lock);
    if (s->failure.error.kind == ERROR_NONE) {
        s->failure = *failure;
        s->failure.speaks = first;
    }
    pthread_cond_broadcast(&s->answered);
    pthread_mutex_unlock(&s->lock);
}

static void fail_with(struct mpi_thread *t, const struct error *e)
{
    fail(t, &(struct mpi_failure){ .error = *e, .about = -1, .told_by = -1 });
}

static bool sees_all(struct mpi_thread *t, struct error *e)
{
    int ranks = 0;

    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    return ranks == t->s->wish.ranks ||
           error_set(e, ERROR_DEVICE, MPI_LIBRARY ", for which cuvette's plug-in was built, sees only %d; start them "
                     "with its own mpirun", ranks);
}

static bool open_channels(struct mpi_thread *t, struct error *e)
{
    struct mpi_peers *peers = &t->s->peers;

    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (!mpi_peers_meet(peers, MPI_COMM_WORLD, e) || !mpi_wait_begin(&t->wait, peers->ranks, e))
        return false;
    t->notes = (struct mpi_notes){ .rank = peers->rank, .ranks = peers->ranks };
    return (MPI_Comm_dup(MPI_COMM_WORLD, &t->comm) == MPI_SUCCESS &&
            MPI_Comm_dup(MPI_COMM_WORLD, &t->notes.comm) == MPI_SUCCESS) ||
           error_set(e, ERROR_RUN, "the ranks do not find each other: MPI_Comm_dup failed");
}

static bool meet(struct mpi_thread *t)
{
    struct mpi_state *s = t->s;
    struct error e = { .kind = ERROR_NONE };
    int level;

    bool fine = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level) == MPI_SUCCESS ||
                error_set(&e, ERROR_DEVICE, "MPI does not start: MPI_Init failed");
    fine = fine && sees_all(t, &e) && open_channels(t, &e);
    if (!fine) {
        fail_with(t, &e);
        return false;
    }
    pthread_mutex_lock(&s->lock);
    s->met = true;
    pthread_cond_broadcast(&s->answered);
    pthread_mutex_unlock(&s->lock);
    return true;
}

/* Also of those that are dropped before they begin. */
static void note_asked(struct mpi_thread *t, const struct mpi_exchange *list)
{
    struct mpi_state *s = t->s;
    bool none = t->sums == 0;

    for (const struct mpi_exchange *x = list; x; x = x->next)
        t->sums += x->kind == EXCHANGE_SUM;
    if (!none || t->sums == 0)
        return;
    pthread_mutex_lock(&s->lock);
    s->sums_since = clock_seconds();
    pthread_mutex_unlock(&s->lock);
}

/* With the lock held. */
static void note_done(struct mpi_thread *t, const struct mpi_exchange *x)
{
    struct mpi_state *s = t->s;

    if (x->kind != EXCHANGE_SUM || --t->sums > 0)
        return;
    s->summed += clock_seconds() - s->sums_since;
    s->sums_since = 0;
}

static void begin(struct mpi_thread *t, struct mpi_exchange *list)
{
    struct error e;

    for (struct mpi_exchange *x = list; x; x = x->next) {
        x->number = t->number++;
        x->calling = &t->s->calling;
        if (!mpi_exchange_begin(x, t->comm, t->s->peers.rank, t->s->peers.ranks, &e)) {
            fail_with(t, &e);
            return;
        }
    }
}

static void give_back(struct mpi_thread *t, struct mpi_exchange *x)
{
    struct mpi_state *s = t->s;

    pthread_mutex_lock(&s->lock);
    note_done(t, x);
    x->next = s->spare;
    s->spare = x;
    if (++s->n_done == s->n_asked)
        pthread_cond_broadcast(&s->answered);
    pthread_mutex_unlock(&s->lock);
}

/* Goes on with all that are under way. True when one of them is done. */
static bool go_on(struct mpi_thread *t)
{
    bool any = false, done;
    struct error e;

    for (struct mpi_exchange **at = &t->under_way, *x; (x = *at) != NULL;) {
        if (!mpi_exchange_go_on(x, &done, &e)) {
            fail_with(t, &e);
            return any;
        }
        if (!done) {
            at = &x->next;
            continue;
        }
        any = true;
        *at = x->next;
        give_back(t, x);
    }
    return any;
}

static void drop_all(struct mpi_thread *t)
{
    while (t->under_way) {
        struct mpi_exchange *x = t->under_way;

        t->under_way = x->next;
        mpi_exchange_cancel(x);
        give_back(t, x);
    }
}

/* What is asked of the thread at the moment. */
struct asked {
    struct mpi_exchange *list;
    bool waits, closing, tells;
    struct mpi_failure failure;
};

static struct asked take(struct mpi_thread *t)
{
    struct mpi_state *s = t->s;

    pthread_mutex_lock(&s->lock);
    while (!s->queue && !t->under_way && !s->closing && !s->told && !s->watched && s->failure.error.kind == ERROR_NONE)
        pthread_cond_wait(&s->asked, &s->lock);

    struct asked a = { s->queue, s->waiting > 0, s->closing, s->told, s->failure };

    s->queue = NULL;
    s->told = s->watched = false;
    pthread_mutex_unlock(&s->lock);
    return a;
}

/* Until something is asked or the nap is over. */
static void rest(struct mpi_thread *t)
{
    struct mpi_state *s = t->s;

    pthread_mutex_lock(&s->lock);
    if (!s->queue && !s->closing && !s->told && s->failure.error.kind == ERROR_NONE)
        thread_wait_until(&s->asked, &s->lock, clock_seconds() + nap);
    pthread_mutex_unlock(&s->lock);
}

/* On one core for each rank this thread must not keep it from what is computed. */
static void pause_between(struct mpi_thread *t, bool waits)
{
    if (waits && clock_seconds() - t->wait.since < busy)
        sched_yield();
    else
        rest(t);
}

/* Ranks that need not be told while the launcher ends the run: the lost one is among them. */
static const bool *to_skip(const struct mpi_thread *t)
{
    return t->wait.hurries ? t->wait.missing : NULL;
}

static void look(struct mpi_thread *t, bool waits)
{
    struct mpi_failure failure;

    if (mpi_wait_look(&t->wait, t->s, &t->notes, t->under_way, waits, &failure))
        return;
    fail(t, &failure); /* first: files may have to be written at once */
    mpi_notes_send(&t->notes, MPI_NOTE_FAILED, failure.about, failure.error.text, to_skip(t));
}

/* After a failure. */
static void await_more(struct mpi_thread *t)
{
    struct mpi_state *s = t->s;

    pthread_mutex_lock(&s->lock);
    while (!s->closing && !s->queue && !s->told)
        pthread_cond_wait(&s->asked, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static void work(struct mpi_thread *t)
{
    for (bool was_waiting = false;;) {
        struct asked a = take(t);

        if (a.tells)
            mpi_notes_send(&t->notes, MPI_NOTE_FAILED, a.failure.about, a.failure.error.text, NULL);
        note_asked(t, a.list);
        append(&t->under_way, a.list);
        t->failed = a.failure.error.kind != ERROR_NONE;
        if (t->failed || (a.closing && !t->under_way)) {
            drop_all(t);
            if (a.closing)
                return;
            await_more(t);
            continue;
        }
        begin(t, a.list);
        if (go_on(t) || (a.waits && !was_waiting))
            mpi_wait_restart(&t->wait);
        else
            look(t, a.waits);
        was_waiting = a.waits;
        if (t->under_way)
            pause_between(t, a.waits);
    }
}

/* The first of the ranks that are left ends last. */
static bool leads(const struct mpi_thread *t)
{
    pthread_mutex_lock(&t->s->lock);
    int about = t->s->failure.about;
    pthread_mutex_unlock(&t->s->lock);
    for (int r = 0; r < t->s->peers.rank; r++)
        if (r != about && !mpi_peers_is_dead(&t->s->peers, r))
            return false;
    return true;
}

/* Must this rank wait for that one before it may end? */
static bool is_awaited(const struct mpi_thread *t, int r)
{
    int leader = 0;

    if (r == t->s->peers.rank || t->wait.done[r] || mpi_peers_is_dead(&t->s->peers, r))
        return false;
    if (!t->failed)
        return true;
    while (leader < r && (leader == t->s->failure.about || mpi_peers_is_dead(&t->s->peers, leader)))
        leader++;
    return r == leader && r != t->s->failure.about;
}

static bool is_awaited_any(const struct mpi_thread *t)
{
    for (int r = 0; r < t->s->peers.ranks; r++)
        if (is_awaited(t, r))
            return true;
    return false;
}

/* A launcher ends all ranks once one of them has ended with a failure: nobody ends before the first has written its
 * files. */
static bool say_goodbye(struct mpi_thread *t)
{
    double until = clock_seconds() + (t->failed ? last_wait_failed : last_wait);
    struct mpi_note note;
    bool waits = !t->failed || !leads(t), gone = false;

    mpi_notes_send(&t->notes, MPI_NOTE_DONE, -1, "", to_skip(t));
    while (!gone && clock_seconds() < until) {
        while (mpi_notes_next(&t->notes, &note))
            if (note.kind == MPI_NOTE_DONE)
                t->wait.done[note.from] = true;
        gone = mpi_notes_gone(&t->notes) || t->failed;
        if (waits && is_awaited_any(t))
            gone = false;
        if (!gone)
            nanosleep(&(struct timespec){ .tv_nsec = (long)(nap * 1e9) }, NULL);
    }
    return gone && !t->failed;
}

static void end(struct mpi_thread *t)
{
    struct mpi_state *s = t->s;

    if (s->met && say_goodbye(t)) {
        MPI_Comm_free(&t->comm);
        MPI_Comm_free(&t->notes.comm);
        MPI_Finalize();
    }
    mpi_wait_free(&t->wait);
    pthread_mutex_lock(&s->lock);
    s->over = true;
    pthread_cond_broadcast(&s->answered);
    pthread_mutex_unlock(&s->lock);
}

void *mpi_thread_run(void *state)
{
    struct mpi_thread t = { .s = state };

    prctl(PR_SET_TIMERSLACK, 1000UL);
    if (meet(&t))
        work(&t);
    end(&t);
    return NULL;
}
