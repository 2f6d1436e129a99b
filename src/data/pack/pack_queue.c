/* Blocks go through the slots of a ring, block k through slot k modulo its length.
 *
 *     taken       made or being made            fetched next
 *     …, free  |  a slot each, filled or not  |  free, at most `room` ahead of what was taken
 */
#include "data/pack/pack_queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/team.h"
#include "host/cores.h"

struct slot {
    struct pack_block block;
    bool made;
};

struct queue {
    const struct pack_work *work;
    void *context;
    struct slot *slots;
    uint64_t room; /* slots */

    pthread_mutex_t order; /* held while a block is fetched */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    uint64_t fetched, taken; /* blocks */
    bool ended;              /* there are no more to fetch */
    uint64_t failed;         /* the first block that failed; UINT64_MAX: none */
    struct error error;      /* of it */
};

/* The first in order is told, whichever thread is quicker. */
static void fail(struct queue *q, uint64_t block, const struct error *e)
{
    pthread_mutex_lock(&q->lock);
    if (block < q->failed) {
        q->failed = block;
        q->error = *e;
    }
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

/* Waits for a free slot. False: there is nothing more to do. */
static bool may_fetch(struct queue *q, uint64_t *block)
{
    pthread_mutex_lock(&q->lock);
    while (!q->ended && q->failed == UINT64_MAX && q->fetched - q->taken == q->room)
        pthread_cond_wait(&q->changed, &q->lock);
    bool may = !q->ended && q->failed == UINT64_MAX;

    *block = q->fetched;
    pthread_mutex_unlock(&q->lock);
    return may;
}

static void note_fetched(struct queue *q, bool any)
{
    pthread_mutex_lock(&q->lock);
    q->fetched += any;
    q->ended = !any;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

static struct slot *fetch(struct queue *q, uint64_t *number)
{
    struct slot *slot = NULL;
    struct error e;

    pthread_mutex_lock(&q->order);
    if (may_fetch(q, number)) {
        slot = &q->slots[*number % q->room];
        slot->made = false;
        slot->block.count = 0;
        slot->block.to.size = slot->block.names.size = 0;
        if (!q->work->fetch(q->context, &slot->block, &e)) {
            fail(q, *number, &e);
            slot = NULL;
        } else {
            note_fetched(q, slot->block.count > 0);
            if (slot->block.count == 0)
                slot = NULL;
        }
    }
    pthread_mutex_unlock(&q->order);
    return slot;
}

static void make_blocks(struct queue *q, int thread)
{
    struct slot *slot;
    uint64_t number;
    struct error e;

    while ((slot = fetch(q, &number)) != NULL) {
        if (!q->work->make(q->context, thread, &slot->block, &e)) {
            fail(q, number, &e);
            continue;
        }
        pthread_mutex_lock(&q->lock);
        slot->made = true;
        pthread_cond_broadcast(&q->changed);
        pthread_mutex_unlock(&q->lock);
    }
}

/* The next block in order, when it is made; NULL: the end, or a failure. */
static const struct pack_block *next_made(struct queue *q)
{
    const struct slot *slot = &q->slots[q->taken % q->room];

    pthread_mutex_lock(&q->lock);
    while (q->failed > q->taken && !(q->ended && q->taken == q->fetched) && !(q->taken < q->fetched && slot->made))
        pthread_cond_wait(&q->changed, &q->lock);
    bool made = q->failed > q->taken && q->taken < q->fetched;

    pthread_mutex_unlock(&q->lock);
    return made ? &slot->block : NULL;
}

static void take_blocks(struct queue *q)
{
    const struct pack_block *block;
    struct error e;

    while ((block = next_made(q)) != NULL) {
        bool taken = q->work->take(q->context, block, &e);

        if (!taken) {
            fail(q, q->taken, &e);
            return;
        }
        pthread_mutex_lock(&q->lock);
        q->taken++;
        pthread_cond_broadcast(&q->changed);
        pthread_mutex_unlock(&q->lock);
    }
}

static void work(void *context, int thread)
{
    if (thread == 0)
        take_blocks(context);
    else
        make_blocks(context, thread - 1);
}

static void free_slots(struct queue *q)
{
    for (uint64_t i = 0; q->slots && i < q->room; i++) {
        free(q->slots[i].block.from.bytes);
        free(q->slots[i].block.names.bytes);
        free(q->slots[i].block.to.bytes);
    }
    free(q->slots);
}

int pack_queue_threads(int asked)
{
    return int_clamp(asked > 0 ? asked : cores_count().usable, 1, PACK_THREADS_MOST);
}

bool pack_queue_run(const struct pack_work *to_do, void *context, int threads, struct error *e)
{
    struct queue q = { .work = to_do, .context = context, .room = (uint64_t)threads * 2 + 1, .failed = UINT64_MAX };
    struct team *team = team_new(threads + 1, e);

    q.slots = team ? memory_new(q.room, sizeof *q.slots, e) : NULL;
    if (!q.slots) {
        team_free(team);
        return false;
    }
    pthread_mutex_init(&q.order, NULL);
    pthread_mutex_init(&q.lock, NULL);
    pthread_cond_init(&q.changed, NULL);
    team_run(team, work, &q);
    pthread_cond_destroy(&q.changed);
    pthread_mutex_destroy(&q.lock);
    pthread_mutex_destroy(&q.order);
    team_free(team);
    free_slots(&q);
    if (q.failed != UINT64_MAX)
        *e = q.error;
    return q.failed == UINT64_MAX;
}
