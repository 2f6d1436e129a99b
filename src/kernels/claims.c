#include "kernels/claims.h"

/* The pieces of a thread that nobody has taken yet, first..end-1. They are kept in one word, which is changed
 * atomically, so that two threads never take the same piece. */
struct left {
    uint32_t first, end;
};

static uint64_t word_of(struct left left)
{
    return (uint64_t)left.end << 32 | left.first;
}

static struct left left_of(uint64_t word)
{
    return (struct left){ .first = (uint32_t)word, .end = (uint32_t)(word >> 32) };
}

static struct share share_of_thread(const struct claims *c, int thread)
{
    return team_share(c->count, c->grain, thread, c->task->threads);
}

static int64_t pieces_of(const struct claims *c, struct share share)
{
    return int64_ceil_div(share.end - share.begin, int64_max(c->most, c->grain));
}

struct claims claims_of(const struct kernel_task *task, int64_t count, int64_t grain, int64_t most, bool own)
{
    int shares = own ? 1 : task->threads;

    return (struct claims){ .task = task, .count = count, .grain = grain, .most = most, .shares = shares };
}

void claims_open(const struct claims *c)
{
    int thread = c->task->thread;
    struct left left = { .end = (uint32_t)pieces_of(c, share_of_thread(c, thread)) };

    atomic_store_explicit(&c->task->left[thread].pieces, word_of(left), memory_order_relaxed);
}

/* Takes a piece of a thread: of the caller's own from the front, of another's from the end. False if there is none. */
static bool take(const struct claims *c, int thread, int64_t *piece)
{
    _Atomic uint64_t *pieces = &c->task->left[thread].pieces;
    uint64_t word = atomic_load_explicit(pieces, memory_order_relaxed);
    struct left left;

    do {
        left = left_of(word);
        if (left.first == left.end)
            return false;
        *piece = thread == c->task->thread ? left.first++ : --left.end;
    } while (!atomic_compare_exchange_weak_explicit(pieces, &word, word_of(left), memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

bool claims_next(struct claims *c, struct share *piece)
{
    for (; c->done < c->shares; c->done++) {
        int thread = (c->task->thread + c->done) % c->task->threads;
        int64_t number;

        if (take(c, thread, &number)) {
            struct share share = share_of_thread(c, thread);
            struct share part = team_share(share.end - share.begin, c->grain, (int)number, (int)pieces_of(c, share));

            *piece = (struct share){ share.begin + part.begin, share.begin + part.end };
            return true;
        }
    }
    return false;
}
