#include "data/sources/crew.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/team.h"
#include "host/cores.h"

/* What a thread took, in a cache line of its own. */
struct share_of_work {
    _Alignas(MEMORY_LINE) double working, reading, processor, yielded;
};

struct crew {
    int threads;
    struct team *team; /* NULL until several images are made at once */
    struct share_of_work shares[CREW_MOST];

    /* Of the present run. */
    int width, n; /* threads that take part, images */
    struct gate *gate;
    crew_work *make;
    void *context;
    atomic_int next;
    atomic_bool failed;
    struct error error; /* of the first that failed */
};

struct crew *crew_new(int threads, struct error *e)
{
    struct crew *c = memory_new_aligned(1, sizeof *c, e);

    if (c)
        c->threads = int_clamp(threads > 0 ? threads : cores_count().usable, 1, CREW_MOST);
    return c;
}

void crew_free(struct crew *c)
{
    if (c)
        team_free(c->team);
    free(c);
}

static void work(void *context, int thread)
{
    struct crew *c = context;
    struct share_of_work *share = &c->shares[thread];
    double began = clock_seconds(), processor = clock_thread_seconds();
    struct error e;

    if (thread >= c->width)
        return;
    for (int i; !atomic_load(&c->failed) && (i = atomic_fetch_add(&c->next, 1)) < c->n;) {
        share->yielded += gate_pass(c->gate);
        if (!c->make(c->context, i, thread, &share->reading, &e) && !atomic_exchange(&c->failed, true))
            c->error = e;
    }
    share->working += clock_seconds() - began;
    share->processor += clock_thread_seconds() - processor;
}

static void add_up(struct crew *c, double seconds, struct source_effort *effort)
{
    effort->threads = c->threads;
    effort->available += c->width * seconds;
    for (int i = 0; i < c->width; i++) {
        struct share_of_work *share = &c->shares[i];

        effort->available -= share->yielded;
        effort->reading += share->reading;
        effort->decoding += share->working - share->yielded - share->reading;
        effort->processor += share->processor;
        *share = (struct share_of_work){ .working = 0 };
    }
}

bool crew_run(struct crew *c, int n, crew_work *make, void *context, struct gate *gate, struct source_effort *effort,
              struct error *e)
{
    double began = clock_seconds();

    c->width = int_max(int_min(c->threads, n), 1);
    c->n = n;
    c->gate = gate;
    c->make = make;
    c->context = context;
    atomic_store(&c->next, 0);
    atomic_store(&c->failed, false);
    if (c->width > 1 && !c->team && !(c->team = team_new(c->threads, e)))
        return false;
    if (c->width > 1)
        team_run(c->team, work, c);
    else
        work(c, 0);
    add_up(c, clock_seconds() - began, effort);
    if (atomic_load(&c->failed))
        *e = c->error;
    return !atomic_load(&c->failed);
}
