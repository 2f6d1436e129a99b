/* Ranks that are threads of one process. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/thread.h"
#include "nn/communicators/communicator_threads.h"
#include "tests/support/chance.h"

enum { RANKS_MOST = 4, ROUNDS = 40, BUFFERS = 70 /* more than are held without waiting */, NUMBERS_MOST = 3000 };

struct rank {
    struct communicator *c;
    uint64_t seed;
    const char *wrong; /* what a rank found; NULL: nothing */
    struct error e;
    bool good;
};

/* Ranks are threads that do the same; the first is the test's own. */
static void on_all(int ranks, uint64_t seed, void *(*work)(void *rank), struct rank *out)
{
    struct communicator *members[RANKS_MOST];
    pthread_t threads[RANKS_MOST];
    struct error e = { 0 };

    assert_good(communicator_threads_open(ranks, members, &e), e);
    for (int r = 0; r < ranks; r++)
        out[r] = (struct rank){ .c = members[r], .seed = seed };
    for (int r = 1; r < ranks; r++)
        assert_true(thread_start(&threads[r], work, &out[r]));
    work(&out[0]);
    for (int r = 1; r < ranks; r++)
        pthread_join(threads[r], NULL);
}

static float number_of(uint64_t seed, int rank, int buffer, int i)
{
    struct chance c = { .seed = seed + (uint64_t)(rank * 1000003 + buffer * 7919 + i) };

    return chance_between(&c, -1, 1);
}

/* The sum in the order of the ranks, so that its bits are known. */
static float sum_of(const struct rank *r, int buffer, int i)
{
    float sum = number_of(r->seed, 0, buffer, i);

    for (int other = 1; other < r->c->ranks; other++)
        sum += number_of(r->seed, other, buffer, i);
    return sum;
}

/* Many sums under way at once, of sizes that are the same on all ranks. */
static void *sum_buffers(void *rank)
{
    struct rank *r = rank;
    const struct communicator_ops *ops = r->c->ops;
    struct chance sizes = { .seed = r->seed };
    float *numbers[BUFFERS];
    int count[BUFFERS];

    r->good = true;
    for (int b = 0; b < BUFFERS; b++) {
        count[b] = chance_int(&sizes, 0, chance_toss(&sizes) ? 5 : NUMBERS_MOST);
        numbers[b] = memory_new((size_t)count[b] + 1, sizeof **numbers, &r->e);
        for (int i = 0; i < count[b]; i++)
            numbers[b][i] = number_of(r->seed, r->c->rank, b, i);
        r->good = r->good && ops->all_reduce(r->c, numbers[b], (size_t)count[b], &r->e);
    }
    r->good = r->good && ops->await(r->c, &r->e);
    for (int b = 0; b < BUFFERS; b++) {
        for (int i = 0; r->good && i < count[b]; i++)
            if (numbers[b][i] != sum_of(r, b, i))
                r->wrong = "a sum";
        free(numbers[b]);
    }
    ops->close(r->c);
    return NULL;
}

static void sums_are_those_of_all_in_the_order_of_ranks(void **state)
{
    struct rank ranks[RANKS_MOST];
    (void)state;

    for (int n = 1; n <= RANKS_MOST; n++) {
        on_all(n, (uint64_t)n, sum_buffers, ranks);
        for (int r = 0; r < n; r++) {
            assert_good(ranks[r].good, ranks[r].e);
            assert_null(ranks[r].wrong);
        }
    }
}

/* All kinds of calls in an order that is drawn, with sums under way. */
static void *do_anything(void *rank)
{
    struct rank *r = rank;
    const struct communicator_ops *ops = r->c->ops;
    struct chance drawn = { .seed = r->seed };
    float sum[3];
    bool good = true;

    for (int round = 0; good && round < ROUNDS; round++) {
        int root = chance_int(&drawn, 0, r->c->ranks - 1), own[2] = { r->c->rank, round }, all[RANKS_MOST][2];
        bool sums = chance_toss(&drawn), waits = chance_toss(&drawn);

        for (int i = 0; i < 3; i++)
            sum[i] = number_of(r->seed, r->c->rank, round, i);
        good = (!sums || ops->all_reduce(r->c, sum, 3, &r->e)) && (!waits || ops->barrier(r->c, &r->e)) &&
               ops->all_gather(r->c, own, sizeof own, all, &r->e);
        for (int other = 0; good && other < r->c->ranks; other++)
            if (all[other][0] != other || all[other][1] != round)
                r->wrong = "what was gathered";
        own[0] = r->c->rank == root ? round * 3 : -1;
        good = good && ops->broadcast(r->c, own, sizeof *own, root, &r->e) && ops->await(r->c, &r->e);
        if (good && own[0] != round * 3)
            r->wrong = "what was sent to all";
        if (good && sums && sum[2] != sum_of(r, round, 2))
            r->wrong = "a sum among others";
    }
    r->good = good;
    ops->close(r->c);
    return NULL;
}

static void calls_of_all_kinds_keep_their_order(void **state)
{
    struct rank ranks[RANKS_MOST];
    (void)state;

    for (int n = 2; n <= RANKS_MOST; n++) {
        on_all(n, (uint64_t)n + 100, do_anything, ranks);
        for (int r = 0; r < n; r++) {
            assert_good(ranks[r].good, ranks[r].e);
            assert_null(ranks[r].wrong);
        }
    }
}

static bool sum_once(struct rank *r)
{
    float numbers[100] = { 0 };

    return r->c->ops->all_reduce(r->c, numbers, 100, &r->e) && r->c->ops->await(r->c, &r->e);
}

/* The last rank comes to one sum and not to the next: as its seed says, it closes, has words, or does nothing. The
 * others begin to wait when both have come, so that none of them is the one who is late. */
enum { LEAVES, GIVES_UP, SLEEPS };

static pthread_barrier_t others_have_come;

static bool sum_together(struct rank *r)
{
    float numbers[100] = { 0 };
    const bool posted = r->c->ops->all_reduce(r->c, numbers, 100, &r->e);

    pthread_barrier_wait(&others_have_come);
    return posted && r->c->ops->await(r->c, &r->e);
}

static void *all_but_the_last(void *rank)
{
    struct rank *r = rank;
    struct error why;

    r->c->ops->patience(r->c, 600);
    r->good = sum_once(r);
    if (r->seed == SLEEPS)
        r->c->ops->patience(r->c, 0.5);
    if (r->c->rank < r->c->ranks - 1)
        r->good &= sum_together(r);
    else if (r->seed == GIVES_UP) {
        error_set(&why, ERROR_DEVICE, "the device was lost");
        r->c->ops->give_up(r->c, &why);
    }
    if (r->seed != SLEEPS)
        r->c->ops->close(r->c);
    return NULL;
}

/* Everything after the first failure fails with the same words. */
static void who_waits_for_one_that_does_not_come_is_told_its_name(void **state)
{
    static const char *const words[] = { "rank 2 has left", "rank 2: the device was lost",
                                         "rank 2 has not come within 0.5 s" };
    struct rank ranks[RANKS_MOST];
    (void)state;

    assert_int_equal(pthread_barrier_init(&others_have_come, NULL, 2), 0);
    for (int how = LEAVES; how <= SLEEPS; how++) {
        on_all(3, (uint64_t)how, all_but_the_last, ranks);
        assert_true(ranks[2].good);
        for (int r = 0; r < 2; r++) {
            assert_false(ranks[r].good);
            assert_string_equal(ranks[r].e.text, words[how]);
            assert_int_equal(ranks[r].e.kind, ERROR_RUN);
        }
        for (int r = 0; how == SLEEPS && r < 3; r++) {
            assert_false(sum_once(&ranks[r]));
            assert_string_equal(ranks[r].e.text, words[how]);
            ranks[r].c->ops->close(ranks[r].c);
        }
    }
    pthread_barrier_destroy(&others_have_come);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_all_in_the_order_of_ranks),
        cmocka_unit_test(calls_of_all_kinds_keep_their_order),
        cmocka_unit_test(who_waits_for_one_that_does_not_come_is_told_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
