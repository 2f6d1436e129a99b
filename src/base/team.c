#include "base/team.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/thread.h"

/* About 120 µs: longer than from the first to the last arrival after a well-divided operation, and longer than it takes
 * to wake a core that a virtual machine has given back to its host. */
enum { SPINS = 5000, NO_CORE = -1 };

struct member {
    struct team *team;
    int thread;
    pthread_t handle;
};

struct team {
    atomic_int threads; /* fewer than asked for only while a team that could not be started ends */
    int started;
    /* What to do: written before the barrier that begins the work, read after it. */
    void (*work)(void *context, int thread); /* NULL: end */
    void *context;
    /* Each in a cache line of its own, as threads write the one while others watch the other. */
    _Alignas(MEMORY_LINE) atomic_uint arrived;
    _Alignas(MEMORY_LINE) atomic_uint generation; /* counts barriers; what sleeping threads wait for */
    atomic_uint sleepers; /* threads that may have to be woken: most barriers need no system call */
    atomic_bool crowded;  /* two threads shared a core at the last barrier */
    /* Of this barrier: the core of the last thread to arrive, and whether two in a row arrived on the same. */
    _Alignas(MEMORY_LINE) atomic_int core;
    atomic_bool shared;
    struct member members[]; /* [threads]; the caller's is unused */
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Threads that share a core arrive directly one after the other, as only one of them can run. */
static void note_core(struct team *t)
{
    int core = sched_getcpu();

    if (core == atomic_exchange_explicit(&t->core, core, memory_order_relaxed) && core != NO_CORE)
        atomic_store_explicit(&t->shared, true, memory_order_relaxed);
}

/* Called by the last to arrive, while the others wait. */
static void next_barrier(struct team *t)
{
    atomic_store_explicit(&t->crowded, atomic_load_explicit(&t->shared, memory_order_relaxed), memory_order_relaxed);
    atomic_store_explicit(&t->shared, false, memory_order_relaxed);
    atomic_store_explicit(&t->core, NO_CORE, memory_order_relaxed);
    atomic_store_explicit(&t->arrived, 0, memory_order_relaxed);
}

/* True when all have arrived. On a core that another of the threads needs, spinning would only hold that one up. */
static bool spin(const struct team *t, unsigned generation)
{
    int turns = atomic_load_explicit(&t->crowded, memory_order_relaxed) ? 0 : SPINS;

    for (int i = 0; i < turns; i++) {
        if (atomic_load_explicit(&t->generation, memory_order_acquire) != generation)
            return true;
        relax();
    }
    return false;
}

void team_barrier(struct team *t)
{
    if (t->threads == 1)
        return;

    note_core(t);

    unsigned generation = atomic_load_explicit(&t->generation, memory_order_acquire);
    unsigned before = atomic_fetch_add_explicit(&t->arrived, 1, memory_order_acq_rel);

    /* The number of threads is read after arriving: a team that could not be started lowers it before it arrives. */
    if (before + 1 == (unsigned)t->threads) {
        next_barrier(t);
        /* First the generation, then the sleepers; a thread that goes to sleep does it the other way round, so that at
         * least one of the two sees the other. */
        atomic_fetch_add(&t->generation, 1);
        if (atomic_load(&t->sleepers) > 0)
            syscall(SYS_futex, &t->generation, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
        return;
    }
    if (spin(t, generation))
        return;
    atomic_fetch_add(&t->sleepers, 1);
    while (atomic_load(&t->generation) == generation)
        syscall(SYS_futex, &t->generation, FUTEX_WAIT_PRIVATE, generation, NULL, NULL, 0);
    atomic_fetch_sub(&t->sleepers, 1);
}

/* Two barriers for each piece of work: one to begin it, one to end it. */
static void *member_main(void *argument)
{
    struct member *m = argument;
    struct team *t = m->team;

    for (;;) {
        team_barrier(t);
        if (!t->work)
            return NULL;
        t->work(t->context, m->thread);
        team_barrier(t);
    }
}

static bool start_member(struct team *t, int thread)
{
    struct member *m = &t->members[thread];

    *m = (struct member){ .team = t, .thread = thread };
    return thread_start(&m->handle, member_main, m);
}

struct team *team_new(int threads, struct error *e)
{
    struct team *t = memory_new_aligned(1, sizeof *t + (size_t)threads * sizeof *t->members, e);

    if (!t)
        return NULL;
    t->threads = threads;
    t->core = NO_CORE;
    for (t->started = 1; t->started < threads; t->started++)
        if (!start_member(t, t->started)) {
            error_set(e, ERROR_DEVICE,
                      "cannot start %d threads: the system's limit is reached at %d; ask for fewer (cpu:%d)", threads,
                      t->started, t->started);
            t->threads = t->started; /* so that those that have started pass the barrier, and end */
            team_free(t);
            return NULL;
        }
    return t;
}

void team_free(struct team *t)
{
    if (!t)
        return;
    t->work = NULL;
    team_barrier(t);
    for (int i = 1; i < t->started; i++)
        pthread_join(t->members[i].handle, NULL);
    free(t);
}

void team_run(struct team *t, void (*work)(void *context, int thread), void *context)
{
    t->work = work;
    t->context = context;
    team_barrier(t);
    work(context, 0);
    team_barrier(t);
}
