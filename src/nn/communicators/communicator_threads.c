/* Every call is an operation with a number, the same on all ranks. A member posts what it brings to one, and finishes
 * those that it has posted in their order, each when all have posted it:
 *
 *     member 0   posted 0 1 2 3     done 0 1      at work on 2: all have posted it
 *     member 1   posted 0 1 2       done 0 1
 *
 * It goes on when all are done with all that it posted, so that its numbers are its own again. Counters are atomics,
 * which others watch for a moment and then sleep for. */
#include "nn/communicators/communicator_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/thread.h"

/* Looks at a counter before sleeping; operations that may be posted and not finished; numbers added at a time. */
enum { SPINS = 2000, POSTS_MAX = 64, BLOCK = 512 };

static const double usual_patience = 60;

enum work { SUM, BROADCAST, GATHER, BARRIER };

struct post {
    enum work work;
    void *numbers; /* SUM, BROADCAST: in place; GATHER: what this rank brings */
    char *to;      /* GATHER */
    size_t size;   /* SUM: numbers; else bytes */
    int root;
};

struct member {
    struct communicator base;
    struct group *group;
    double patience;
    double summed; /* seconds, as of summing() */
    struct post posts[POSTS_MAX]; /* operation n at n % POSTS_MAX; read by others between `posted` and `done` */
    _Alignas(MEMORY_LINE) _Atomic uint64_t posted; /* operations */
    _Alignas(MEMORY_LINE) _Atomic uint64_t done;
    atomic_bool left;
};

struct group {
    int ranks;
    atomic_int open;    /* members that have not been closed: the last one frees the group */
    atomic_int sleepers;
    atomic_int at_work; /* members that read or write others' memory */
    atomic_bool failed;
    pthread_mutex_t lock; /* of what sleeps, and of `failure` */
    pthread_cond_t moved;
    struct error failure; /* the first */
    struct member members[]; /* [ranks] */
};

static struct member *member_of(const struct communicator *c)
{
    return (struct member *)c;
}

static const struct post *post_of(const struct group *g, int rank, uint64_t operation)
{
    return &g->members[rank].posts[operation % POSTS_MAX];
}

static float *numbers_of(const struct group *g, int rank, uint64_t operation)
{
    return post_of(g, rank, operation)->numbers;
}

static void wake(struct group *g)
{
    if (atomic_load(&g->sleepers) == 0)
        return;
    pthread_mutex_lock(&g->lock);
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
}

/* The first failure stays. */
static void set_failure(struct group *g, const struct error *why)
{
    pthread_mutex_lock(&g->lock);
    if (!atomic_load(&g->failed))
        g->failure = *why;
    atomic_store(&g->failed, true);
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
}

/* Nobody is at work on others' memory when it returns: their owners may free it. */
static bool report(struct group *g, struct error *e)
{
    while (atomic_load(&g->at_work) > 0)
        sched_yield();
    pthread_mutex_lock(&g->lock);
    *e = g->failure;
    pthread_mutex_unlock(&g->lock);
    return false;
}

static bool lose(const struct member *lost, const char *how, struct error *e)
{
    struct error why;
    char name[64];

    lost->base.ops->describe(&lost->base, lost->base.rank, name, sizeof name);
    error_set(&why, ERROR_RUN, "%s %s", name, how);
    set_failure(lost->group, &why);
    return report(lost->group, e);
}

/* First the counter, then the sleepers; who goes to sleep does it the other way round, so that one sees the other. */
static void advance(struct member *m, _Atomic uint64_t *counter)
{
    atomic_fetch_add(counter, 1);
    wake(m->group);
}

static bool sleep_for(struct group *g, const _Atomic uint64_t *counter, uint64_t wanted, const struct member *of,
                      double until)
{
    bool in_time = true;

    pthread_mutex_lock(&g->lock);
    atomic_fetch_add(&g->sleepers, 1);
    while (atomic_load(counter) < wanted && !atomic_load(&g->failed) && !atomic_load(&of->left) && in_time)
        in_time = thread_wait_until(&g->moved, &g->lock, until);
    atomic_fetch_sub(&g->sleepers, 1);
    pthread_mutex_unlock(&g->lock);
    return in_time;
}

/* Until another member's counter is at least `wanted`. */
static bool wait_for(const struct member *m, const struct member *other, const _Atomic uint64_t *counter,
                     uint64_t wanted, struct error *e)
{
    struct group *g = m->group;
    char late[64];

    for (int i = 0; i < SPINS && atomic_load_explicit(counter, memory_order_acquire) < wanted; i++)
        ;

    bool in_time = atomic_load(counter) >= wanted ||
                   sleep_for(g, counter, wanted, other, clock_seconds() + m->patience);

    if (atomic_load(counter) >= wanted)
        return true; /* also where somebody failed behind it */
    if (atomic_load(&g->failed))
        return report(g, e);
    if (in_time)
        return lose(other, "has left", e);
    snprintf(late, sizeof late, "has not come within %g s", m->patience);
    return lose(other, late, e);
}

/* Numbers first..first+count of all: their sum, in the order of the ranks, to all. */
static void add_block(const struct group *g, uint64_t operation, size_t first, size_t count)
{
    float sum[BLOCK];

    memcpy(sum, numbers_of(g, 0, operation) + first, count * sizeof *sum);
    for (int r = 1; r < g->ranks; r++) {
        const float *x = numbers_of(g, r, operation) + first;

        for (size_t i = 0; i < count; i++)
            sum[i] += x[i];
    }
    for (int r = 0; r < g->ranks; r++)
        memcpy(numbers_of(g, r, operation) + first, sum, count * sizeof *sum);
}

/* This rank's share of the numbers. */
static void add_up(const struct member *m, uint64_t operation, const struct post *post)
{
    const size_t rank = (size_t)m->base.rank, ranks = (size_t)m->base.ranks;
    const size_t end = post->size * (rank + 1) / ranks;

    for (size_t first = post->size * rank / ranks; first < end; first += BLOCK)
        add_block(m->group, operation, first, size_min(BLOCK, end - first));
}

static void gather(const struct member *m, uint64_t operation, const struct post *post)
{
    for (int r = 0; r < m->base.ranks; r++)
        memcpy(post->to + (size_t)r * post->size, post_of(m->group, r, operation)->numbers, post->size);
}

static void do_work(const struct member *m, uint64_t operation, const struct post *post)
{
    switch (post->work) {
    case SUM:
        add_up(m, operation, post);
        break;
    case BROADCAST:
        if (m->base.rank != post->root)
            memcpy(post->numbers, post_of(m->group, post->root, operation)->numbers, post->size);
        break;
    case GATHER:
        gather(m, operation, post);
        break;
    case BARRIER:
        break;
    }
}

/* All ranks make the same calls; where a fault of the program has it otherwise, memory is left alone. */
static bool same_calls(const struct member *m, uint64_t operation, struct error *e)
{
    const struct post *own = post_of(m->group, m->base.rank, operation);

    for (int r = 0; r < m->base.ranks; r++) {
        const struct post *other = post_of(m->group, r, operation);

        if (other->work != own->work || other->size != own->size || other->root != own->root)
            return lose(&m->group->members[r], "does something else than the others, which must not be", e);
    }
    return true;
}

static bool finish_one(struct member *m, uint64_t operation, struct error *e)
{
    struct group *g = m->group;

    for (int r = 0; r < g->ranks; r++)
        if (!wait_for(m, &g->members[r], &g->members[r].posted, operation + 1, e))
            return false;
    if (!same_calls(m, operation, e))
        return false;
    /* First at work, then a look at `failed`: who sets that waits until nobody is. */
    atomic_fetch_add(&g->at_work, 1);

    bool failed = atomic_load(&g->failed);

    if (!failed)
        do_work(m, operation, post_of(g, m->base.rank, operation));
    atomic_fetch_sub(&g->at_work, 1);
    if (failed)
        return report(g, e);
    advance(m, &m->done);
    return true;
}

/* All that was posted. */
static bool finish(struct member *m, struct error *e)
{
    struct group *g = m->group;
    uint64_t posted = atomic_load(&m->posted);

    if (atomic_load(&g->failed))
        return report(g, e);
    for (uint64_t operation = atomic_load(&m->done); operation < posted; operation++)
        if (!finish_one(m, operation, e))
            return false;
    for (int r = 0; r < g->ranks; r++)
        if (!wait_for(m, &g->members[r], &g->members[r].done, posted, e))
            return false;
    return true;
}

static bool post(struct member *m, struct post what, struct error *e)
{
    uint64_t posted = atomic_load(&m->posted);

    if (posted - atomic_load(&m->done) == POSTS_MAX && !finish(m, e))
        return false;
    if (atomic_load(&m->group->failed))
        return report(m->group, e);
    m->posts[posted % POSTS_MAX] = what;
    advance(m, &m->posted);
    return true;
}

static bool threads_all_reduce(struct communicator *c, float *numbers, size_t count, struct error *e)
{
    return post(member_of(c), (struct post){ .work = SUM, .numbers = numbers, .size = count }, e);
}

/* Nobody adds up before that: no sum is hidden behind what is computed. */
static bool threads_await(struct communicator *c, struct error *e)
{
    struct member *m = member_of(c);
    bool sums = atomic_load(&m->posted) > atomic_load(&m->done);
    double before = clock_seconds();
    bool good = finish(m, e);

    m->summed += sums ? clock_seconds() - before : 0;
    return good;
}

static bool threads_broadcast(struct communicator *c, void *bytes, size_t size, int root, struct error *e)
{
    return post(member_of(c), (struct post){ .work = BROADCAST, .numbers = bytes, .size = size, .root = root }, e) &&
           finish(member_of(c), e);
}

/* What a rank brings is only read: `numbers` serves all kinds of work. */
static bool threads_all_gather(struct communicator *c, const void *from, size_t size, void *to, struct error *e)
{
    return post(member_of(c), (struct post){ .work = GATHER, .numbers = (void *)from, .to = to, .size = size }, e) &&
           finish(member_of(c), e);
}

static bool threads_barrier(struct communicator *c, struct error *e)
{
    return post(member_of(c), (struct post){ .work = BARRIER }, e) && finish(member_of(c), e);
}

static void threads_describe(const struct communicator *c, int rank, char *out, size_t size)
{
    (void)c;
    snprintf(out, size, "rank %d", rank);
}

static void threads_patience(struct communicator *c, double seconds)
{
    member_of(c)->patience = seconds;
}

static double threads_summing(struct communicator *c)
{
    return member_of(c)->summed;
}

static void threads_give_up(struct communicator *c, const struct error *why)
{
    struct error said = *why, ignored;
    char name[64];

    threads_describe(c, c->rank, name, sizeof name);
    error_context(&said, "%s", name);
    said.kind = ERROR_RUN;
    set_failure(member_of(c)->group, &said);
    report(member_of(c)->group, &ignored);
}

static void free_group(struct group *g)
{
    pthread_mutex_destroy(&g->lock);
    pthread_cond_destroy(&g->moved);
    free(g);
}

/* What it has posted and not finished is memory that its owner may free now. */
static void threads_close(struct communicator *c)
{
    struct member *m = member_of(c);
    struct group *g = m->group;
    struct error ignored;

    if (atomic_load(&m->done) < atomic_load(&m->posted))
        lose(m, "has left", &ignored);
    pthread_mutex_lock(&g->lock);
    atomic_store(&m->left, true);
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
    if (atomic_fetch_sub(&g->open, 1) == 1)
        free_group(g);
}

static const struct communicator_ops operations = {
    .name = "threads",
    .close = threads_close,
    .give_up = threads_give_up,
    .all_reduce = threads_all_reduce,
    .await = threads_await,
    .look = threads_await, /* of none of its own sums: it does not wait */
    .broadcast = threads_broadcast,
    .all_gather = threads_all_gather,
    .barrier = threads_barrier,
    .describe = threads_describe,
    .patience = threads_patience,
    .summing = threads_summing,
};

bool communicator_threads_open(int ranks, struct communicator *members[], struct error *e)
{
    struct group *g = memory_new_aligned(1, sizeof *g + (size_t)ranks * sizeof *g->members, e);

    if (!g)
        return false;
    g->ranks = ranks;
    atomic_init(&g->open, ranks);
    pthread_mutex_init(&g->lock, NULL);
    thread_condition(&g->moved);
    for (int r = 0; r < ranks; r++) {
        struct member *m = &g->members[r];

        m->base = (struct communicator){ .ops = &operations, .rank = r, .ranks = ranks, .nodes = 1 };
        m->group = g;
        m->patience = usual_patience;
        members[r] = &m->base;
    }
    return true;
}
