/* Work stealing: every item is done exactly once, whichever threads are late. One thread plays all of them, in random
 * order. */
#include "tests/support/check.h"

#include "tests/support/chance.h"

/* The kernels' names are local to their variant, so the source itself is included. */
#include "kernels/claims.c"

enum { CASES = 2000, THREADS_MOST = 5, COUNT_MOST = 200 };

struct work {
    int threads;
    int64_t count, grain, most;
    struct kernel_left left[THREADS_MOST];
    struct kernel_task tasks[THREADS_MOST];
    struct claims claims[THREADS_MOST];
    int done_by[COUNT_MOST]; /* a thread, plus 1; 0: none yet */
    int pieces;              /* taken so far */
};

static struct work draw(struct chance *r)
{
    struct work w = { .threads = (int)chance_int(r, 1, THREADS_MOST), .count = chance_int(r, 1, COUNT_MOST) };

    w.grain = chance_int(r, 1, 3);
    w.most = w.grain * chance_int(r, 1, 8);
    return w;
}

static void open(struct work *w, bool own)
{
    for (int i = 0; i < w->threads; i++) {
        w->tasks[i] = (struct kernel_task){ .thread = i, .threads = w->threads, .left = w->left };
        w->claims[i] = claims_of(&w->tasks[i], w->count, w->grain, w->most, own);
        claims_open(&w->claims[i]);
    }
}

/* False when there is nothing left for this thread. */
static bool do_piece(struct work *w, int thread)
{
    struct share piece;

    if (!claims_next(&w->claims[thread], &piece))
        return false;
    w->pieces++;
    assert_in_range(piece.end - piece.begin, 1, w->most);
    assert_int_equal(piece.begin % w->grain, 0);
    for (int64_t i = piece.begin; i < piece.end; i++) {
        assert_int_equal(w->done_by[i], 0);
        w->done_by[i] = thread + 1;
    }
    return true;
}

static void assert_all_done(const struct work *w)
{
    for (int64_t i = 0; i < w->count; i++)
        assert_int_not_equal(w->done_by[i], 0);
}

static void test_all_is_done_once_in_any_order(void **state)
{
    (void)state;
    for (int seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = (uint64_t)seed };
        struct work w = draw(&r);
        int home = 0;

        open(&w, false);
        for (bool gone[THREADS_MOST] = { false }; home < w.threads;) {
            int thread = (int)chance_int(&r, 0, w.threads - 1);

            if (!gone[thread] && !do_piece(&w, thread)) {
                gone[thread] = true;
                home++;
            }
        }
        assert_all_done(&w);
    }
}

static void test_others_do_the_work_of_one_that_does_not_come(void **state)
{
    (void)state;
    for (int seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = (uint64_t)seed };
        struct work w = draw(&r);

        open(&w, false);
        while (do_piece(&w, w.threads - 1))
            continue;
        assert_all_done(&w);
    }
}

static void test_undisturbed_every_thread_does_its_own_share(void **state)
{
    (void)state;
    for (int seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = (uint64_t)seed };
        struct work w = draw(&r);

        open(&w, seed % 2);
        for (int thread = 0; thread < w.threads; thread++) {
            struct share share = team_share(w.count, w.grain, thread, w.threads);
            int64_t pieces = int64_ceil_div(share.end - share.begin, w.most);

            for (int64_t i = 0; i < pieces; i++)
                assert_true(do_piece(&w, thread));
            for (int64_t i = share.begin; i < share.end; i++)
                assert_int_equal(w.done_by[i], thread + 1);
        }
        assert_all_done(&w);
    }
}

/* A thread that sums does so over its own share, whatever happens. */
static void test_own_shares_are_left_to_their_threads(void **state)
{
    (void)state;
    for (int seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = (uint64_t)seed };
        struct work w = draw(&r);

        open(&w, true);
        for (int thread = w.threads - 1; thread >= 0; thread--) {
            struct share share = team_share(w.count, w.grain, thread, w.threads);
            int64_t done = 0;

            while (do_piece(&w, thread))
                continue;
            for (int64_t i = 0; i < w.count; i++)
                done += w.done_by[i] == thread + 1;
            assert_int_equal(done, share.end - share.begin);
        }
        assert_all_done(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_done_once_in_any_order),
        cmocka_unit_test(test_others_do_the_work_of_one_that_does_not_come),
        cmocka_unit_test(test_undisturbed_every_thread_does_its_own_share),
        cmocka_unit_test(test_own_shares_are_left_to_their_threads),
    };

    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
