#include "mpi/mpi_plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "mpi/mpi_state.h"
#include "mpi/mpi_thread.h"

/* The thread tells of a rank that is lost. This is for the case that it hangs in MPI itself: seconds above twice the
 * patience. */
static const double slack = 5;
/* At the least, while the ranks meet and prepare: the user's patience is for training. */
static const double at_start = 60;
/* And in the end, above the times that it may wait then (mpi_thread.c). */
static const double last = 630;

static struct mpi_state *state_of(struct communicator *c)
{
    return (struct mpi_state *)c;
}

/* With the lock held. */
static void fail_in_mpi(struct mpi_state *s, const char *what)
{
    if (s->failure.error.kind != ERROR_NONE)
        return;
    s->failure.about = s->failure.told_by = -1;
    s->failure.speaks = true;
    error_set(&s->failure.error, ERROR_RUN, "rank %d: " MPI_LIBRARY " %s for %g seconds", s->base.rank, what,
              s->patience);
}

static bool good(const struct mpi_state *s, struct error *e)
{
    if (s->failure.error.kind == ERROR_NONE)
        return true;
    *e = s->failure.error;
    return false;
}

/* With the lock held. Open MPI tells its launcher of a peer that is gone, and returns when that answers, which it does
 * not while it ends the run: so nobody here knows for sure which one it is, but the launcher does, and says so. */
static void fail_in_hurry(struct mpi_state *s)
{
    const int calling = atomic_load(&s->calling), likely = calling >= 0 ? calling : s->suspect;

    if (s->failure.error.kind != ERROR_NONE)
        return;
    s->failure.about = s->failure.told_by = -1;
    s->failure.speaks = s->base.rank == (likely == 0);
    error_set(&s->failure.error, ERROR_RUN, "another rank was lost, and the launcher, which knows it, ends the run");
}

/* With the lock held: until all that was asked is done, or nothing will be any more. The thread tells of ranks that are
 * lost in a hurry, too, unless it hangs. */
static bool wait_for_all(struct mpi_state *s, struct error *e)
{
    const double until = clock_seconds() + 2 * s->patience + slack, look = 0.05, beyond = 1.25;
    double hurry_ends = 0;

    s->waiting++;
    pthread_cond_signal(&s->asked);
    while (s->failure.error.kind == ERROR_NONE && s->n_done != s->n_asked) {
        thread_wait_until(&s->answered, &s->lock, clock_seconds() + look);
        if (hurry_ends == 0 && s->wish.hurries())
            hurry_ends = clock_seconds() + beyond * s->wish.hurry;
        if (hurry_ends > 0 && clock_seconds() > hurry_ends)
            fail_in_hurry(s);
        else if (clock_seconds() > until)
            fail_in_mpi(s, "did not return");
    }
    s->waiting--;
    return good(s, e);
}

/* With the lock held. */
static bool ask(struct mpi_state *s, const struct mpi_exchange *wanted, struct error *e)
{
    struct mpi_exchange *x = s->spare, **end = &s->queue, kept;

    if (!good(s, e))
        return false;
    if (x)
        s->spare = x->next;
    else if (!(x = memory_new(1, sizeof *x, e)))
        return false;
    kept = *x; /* its memory */
    *x = *wanted;
    x->requests = kept.requests;
    x->peers = kept.peers;
    x->room = kept.room;
    x->others = kept.others;
    x->others_room = kept.others_room;
    while (*end)
        end = &(*end)->next;
    *end = x;
    s->n_asked++;
    pthread_cond_signal(&s->asked);
    return true;
}

static bool do_now(struct communicator *c, const struct mpi_exchange *wanted, struct error *e)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    bool fine = ask(s, wanted, e) && wait_for_all(s, e);
    pthread_mutex_unlock(&s->lock);
    return fine;
}

static bool plugin_all_reduce(struct communicator *c, float *numbers, size_t count, struct error *e)
{
    struct mpi_state *s = state_of(c);
    const struct mpi_exchange sum = { .kind = EXCHANGE_SUM, .to = numbers, .size = count * sizeof *numbers };

    pthread_mutex_lock(&s->lock);
    bool fine = ask(s, &sum, e);
    pthread_mutex_unlock(&s->lock);
    return fine;
}

static bool plugin_await(struct communicator *c, struct error *e)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    bool fine = wait_for_all(s, e);
    pthread_mutex_unlock(&s->lock);
    return fine;
}

static bool plugin_look(struct communicator *c, struct error *e)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    bool fine = good(s, e);
    s->watched = true;
    pthread_cond_signal(&s->asked);
    pthread_mutex_unlock(&s->lock);
    return fine;
}

static bool plugin_broadcast(struct communicator *c, void *bytes, size_t size, int root, struct error *e)
{
    return do_now(c, &(struct mpi_exchange){ .kind = EXCHANGE_BROADCAST, .to = bytes, .size = size, .root = root }, e);
}

static bool plugin_all_gather(struct communicator *c, const void *from, size_t size, void *to, struct error *e)
{
    return do_now(c, &(struct mpi_exchange){ .kind = EXCHANGE_GATHER, .to = to, .from = from, .size = size }, e);
}

static bool plugin_barrier(struct communicator *c, struct error *e)
{
    char here = 1, *all = memory_new((size_t)c->ranks, 1, e);
    bool fine = all && plugin_all_gather(c, &here, 1, all, e);

    free(all);
    return fine;
}

static void plugin_describe(const struct communicator *c, int rank, char *out, size_t size)
{
    mpi_peers_describe(&((const struct mpi_state *)c)->peers, rank, out, size);
}

static void plugin_patience(struct communicator *c, double seconds)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    s->patience = seconds;
    pthread_mutex_unlock(&s->lock);
}

static double plugin_summing(struct communicator *c)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    double summed = s->summed + (s->sums_since > 0 ? clock_seconds() - s->sums_since : 0);
    pthread_mutex_unlock(&s->lock);
    return summed;
}

static void free_list(struct mpi_exchange *list)
{
    while (list) {
        struct mpi_exchange *x = list;

        list = x->next;
        mpi_exchange_free(x);
        free(x);
    }
}

/* A thread that hangs in MPI is left behind with all that it uses. */
static bool end_thread(struct mpi_state *s, double seconds)
{
    const double until = clock_seconds() + seconds;

    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_signal(&s->asked);
    while (!s->over && thread_wait_until(&s->answered, &s->lock, until))
        ;
    bool over = s->over;
    pthread_mutex_unlock(&s->lock);
    if (over)
        pthread_join(s->thread, NULL);
    else
        pthread_detach(s->thread);
    return over;
}

static void free_state(struct mpi_state *s)
{
    mpi_peers_close(&s->peers);
    free_list(s->queue);
    free_list(s->spare);
    pthread_cond_destroy(&s->asked);
    pthread_cond_destroy(&s->answered);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* At the end of the process, when everything has been written and said. */
static void abort_all(void)
{
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void plugin_close(struct communicator *c)
{
    struct mpi_state *s = state_of(c);
    bool aborts = s->wish.aborts && s->failure.error.kind != ERROR_NONE;

    if (!end_thread(s, last))
        return;
    if (aborts)
        atexit(abort_all);
    free_state(s);
}

static void plugin_give_up(struct communicator *c, const struct error *why)
{
    struct mpi_state *s = state_of(c);
    char who[96];

    plugin_describe(c, c->rank, who, sizeof who);
    pthread_mutex_lock(&s->lock);
    if (s->failure.error.kind == ERROR_NONE) {
        s->failure = (struct mpi_failure){ .about = c->rank, .own = true };
        error_set(&s->failure.error, ERROR_RUN, "%s: %s", who, why->text);
        s->told = true;
        pthread_cond_signal(&s->asked);
        pthread_cond_broadcast(&s->answered);
    }
    pthread_mutex_unlock(&s->lock);
}

static const struct communicator_ops ops = {
    .name = "mpi",
    .close = plugin_close,
    .give_up = plugin_give_up,
    .all_reduce = plugin_all_reduce,
    .await = plugin_await,
    .look = plugin_look,
    .broadcast = plugin_broadcast,
    .all_gather = plugin_all_gather,
    .barrier = plugin_barrier,
    .describe = plugin_describe,
    .patience = plugin_patience,
    .summing = plugin_summing,
};

/* Until the others are met, or there is no hope. */
static bool meet(struct mpi_state *s, struct error *e)
{
    const double until = clock_seconds() + s->patience;

    pthread_mutex_lock(&s->lock);
    while (!s->met && s->failure.error.kind == ERROR_NONE)
        if (!thread_wait_until(&s->answered, &s->lock, until))
            fail_in_mpi(s, "did not find the other ranks");
    bool met = good(s, e);
    pthread_mutex_unlock(&s->lock);
    if (met) {
        s->base.rank = s->peers.rank;
        s->base.ranks = s->peers.ranks;
        s->base.node = s->peers.node;
        s->base.nodes = s->peers.nodes;
    }
    return met;
}

static struct communicator *plugin_open(const struct communicator_wish *wish, struct error *e)
{
    struct mpi_state *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    atomic_init(&s->calling, -1);
    s->suspect = -1;
    s->wish = *wish;
    s->base.patience = wish->patience;
    s->patience = fmax(wish->patience, at_start);
    pthread_mutex_init(&s->lock, NULL);
    thread_condition(&s->asked);
    thread_condition(&s->answered);
    if (!thread_start(&s->thread, mpi_thread_run, s)) {
        free_state(s);
        error_set(e, ERROR_RUN, "cannot start a thread for MPI: the system's limit is reached");
        return NULL;
    }
    if (meet(s, e))
        return &s->base;
    if (end_thread(s, slack))
        free_state(s);
    return NULL;
}

static bool plugin_lost(struct communicator *c, struct communicator_loss *out)
{
    struct mpi_state *s = state_of(c);

    pthread_mutex_lock(&s->lock);
    struct mpi_failure failure = s->failure;
    pthread_mutex_unlock(&s->lock);
    *out = (struct communicator_loss){ failure.error, failure.about, failure.speaks };
    return failure.error.kind != ERROR_NONE && !failure.own;
}

const struct communicator_class mpi_plugin_class = {
    .abi = COMMUNICATOR_ABI,
    .size = sizeof(struct communicator_class),
    .library = MPI_LIBRARY,
    .open = plugin_open,
    .lost = plugin_lost,
};

__attribute__((visibility("default"))) const struct communicator_class *const cuvette_mpi_communicator =
    &mpi_plugin_class;
