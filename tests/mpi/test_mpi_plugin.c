/* The communicator of MPI, with real processes: each test starts this program some times by mpirun, and these play the
 * ranks. What a rank finds wrong it says and ends with 9. */
#include "tests/support/check.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "run/mpi_plugin.h"
#include "tests/support/mpirun.h"

enum { WRONG = 9, COUNT_MOST = 40000 };

#define expect(what, condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "rank %d: not so: %s\n", c->rank, what); \
            _exit(WRONG); \
        } \
    } while (0)

#define expect_good(call) \
    do { \
        struct error e; \
        if (!(call)) { \
            fprintf(stderr, "rank %d: %s: %s\n", c->rank, #call, e.text); \
            _exit(WRONG); \
        } \
    } while (0)

/* What rank `rank` has at place `i` of range `range`: of all magnitudes, so that the order of a sum shows. */
static float number(int rank, int range, size_t i)
{
    unsigned bits = (unsigned)rank * 2654435761u + (unsigned)range * 40503u + (unsigned)i * 2246822519u;

    bits ^= bits >> 15;
    bits *= 2654435761u;
    bits ^= bits >> 13;
    return ldexpf((float)(bits & 0xffff) - 32768.0f, (int)(bits >> 16 & 31) - 24);
}

static void fill(float *numbers, size_t count, int rank, int range)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = number(rank, range, i);
}

static bool is_sum(const float *numbers, size_t count, int ranks, int range)
{
    for (size_t i = 0; i < count; i++) {
        float sum = number(0, range, i);

        for (int r = 1; r < ranks; r++)
            sum += number(r, range, i);
        if (memcmp(&sum, &numbers[i], sizeof sum) != 0)
            return false;
    }
    return true;
}

/* Several ranges under way at once, from one number to more than a message holds; each round in the same memory. */
static void play_sums(struct communicator *c)
{
    static const size_t counts[] = { 1, 3, 1000, 1025, 4099, COUNT_MOST };
    static float numbers[sizeof counts / sizeof *counts][COUNT_MOST];
    const int ranges = sizeof counts / sizeof *counts;

    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < ranges; k++) {
            fill(numbers[k], counts[k], c->rank, round * ranges + k);
            expect_good(c->ops->all_reduce(c, numbers[k], counts[k], &e));
        }
        expect_good(c->ops->await(c, &e));
        for (int k = 0; k < ranges; k++)
            expect("the sums are those in the order of ranks",
                   is_sum(numbers[k], counts[k], c->ranks, round * ranges + k));
    }
    expect_good(c->ops->await(c, &e)); /* of nothing */
}

static void play_words(struct communicator *c)
{
    static char bytes[100000], all[4 * 7];
    char own[7], who[64], host[64] = "", expected[128];

    memset(bytes, c->rank, sizeof bytes);
    expect_good(c->ops->broadcast(c, bytes, sizeof bytes, c->ranks - 1, &e));
    for (size_t i = 0; i < sizeof bytes; i++)
        expect("the last rank's bytes are here", bytes[i] == c->ranks - 1);
    memset(own, 'a' + c->rank, sizeof own);
    expect_good(c->ops->all_gather(c, own, sizeof own, all, &e));
    for (int r = 0; r < c->ranks; r++)
        for (size_t i = 0; i < sizeof own; i++)
            expect("gathered in the order of ranks", all[r * (int)sizeof own + (int)i] == 'a' + r);
    expect_good(c->ops->barrier(c, &e));
    gethostname(host, sizeof host - 1);
    host[strcspn(host, ".")] = '\0';
    snprintf(expected, sizeof expected, "rank 1 on node %s", host);
    c->ops->describe(c, 1, who, sizeof who);
    expect("a rank is known by its node", strcmp(who, expected) == 0);
    expect("all are on one node", c->node == 0 && c->nodes == 1);
}

static void play_agree(struct communicator *c)
{
    play_words(c);
    play_sums(c);
}

/* Sums until one fails. Rank 0 says how, and that it is said once more. */
static void play_until_failure(struct communicator *c)
{
    struct error e = { .kind = ERROR_NONE }, again = e;
    struct communicator_loss loss;
    float numbers[64] = { 0 };

    while (c->ops->all_reduce(c, numbers, 64, &e) && c->ops->await(c, &e))
        continue;
    expect("all that follows fails with the same words",
           !c->ops->barrier(c, &again) && strcmp(e.text, again.text) == 0 && e.kind == ERROR_RUN);
    expect("it is another's failure", mpi_plugin_lost(c, &loss) && strcmp(loss.error.text, e.text) == 0);
    if (loss.speaks)
        printf("rank %d: %s\n", c->rank, e.text);
    fflush(stdout);
}

static void some_steps(struct communicator *c)
{
    float numbers[64] = { 0 };

    for (int i = 0; i < 20; i++) {
        expect_good(c->ops->all_reduce(c, numbers, 64, &e));
        expect_good(c->ops->await(c, &e));
    }
}

static void play_kill(struct communicator *c)
{
    some_steps(c);
    if (c->rank == c->ranks - 1)
        raise(SIGKILL);
    play_until_failure(c);
}

static void play_kill_first(struct communicator *c)
{
    some_steps(c);
    if (c->rank == 0)
        raise(SIGKILL);
    play_until_failure(c);
}

/* The others wait for one another, too, and are not the ones who are lost. */
static void play_stop(struct communicator *c)
{
    some_steps(c);
    c->ops->patience(c, c->rank == 1 ? 60 : 5);
    if (c->rank == 1)
        raise(SIGSTOP);
    play_until_failure(c);
}

static void play_error(struct communicator *c)
{
    struct error why = { .kind = ERROR_IO, .text = "cannot read x.jpg" };
    struct communicator_loss loss;

    some_steps(c);
    if (c->rank != c->ranks - 1) {
        play_until_failure(c);
        return;
    }
    c->ops->give_up(c, &why);
    expect("its own failure is not another's", !mpi_plugin_lost(c, &loss));
}

/* Sums that are dropped before they began were under way, too, and no longer than since they were asked for. Nobody
 * tells when the thread has dropped them: where it has not yet, this looks too early and finds nothing. */
static void play_drop(struct communicator *c)
{
    const struct error why = { .kind = ERROR_IO, .text = "cannot read y.jpg" };
    const struct timespec moment = { .tv_nsec = 10000000 };
    static float numbers[8][64];

    some_steps(c);
    if (c->rank != c->ranks - 1) {
        play_until_failure(c);
        return;
    }

    const double before = c->ops->summing(c), asked = clock_seconds();

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        expect_good(c->ops->all_reduce(c, numbers[i], 64, &e));
    c->ops->give_up(c, &why);
    nanosleep(&moment, NULL);

    const double under_way = c->ops->summing(c) - before;

    expect("time of sums goes on", under_way >= 0 && under_way <= clock_seconds() - asked);
}

static void play_leave(struct communicator *c)
{
    some_steps(c);
    if (c->rank != 1)
        play_until_failure(c);
}

static const struct {
    const char *name;
    void (*play)(struct communicator *c);
    int exit_code;
} parts[] = {
    { "agree", play_agree, 0 }, { "kill", play_kill, 1 },   { "kill-first", play_kill_first, 1 },
    { "stop", play_stop, 1 },   { "error", play_error, 1 }, { "leave", play_leave, 1 },
    { "drop", play_drop, 1 },
};

/* A launcher tells ranks that are left to end: what they do then is to end by themselves, as a training does. */
static int play(const char *name)
{
    const struct ranks ranks = ranks_read();
    struct error e;

    signal(SIGTERM, SIG_IGN);
    struct communicator *c = mpi_plugin_open(&ranks, 100, &e);
    if (!c) {
        if (ranks.rank == 0)
            fprintf(stderr, "%s\n", e.text);
        return error_exit_code(e.kind);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].name, name) == 0) {
            parts[i].play(c);
            c->ops->close(c);
            return parts[i].exit_code;
        }
    return WRONG;
}

static struct process *run(const char *launcher, const char *plugin, int ranks, const char *part)
{
    char self[PATH_SIZE] = "";
    const char *const words[] = { self, "--play", part, NULL };

    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);

    struct process *p = mpirun_start(&(struct mpirun){ .launcher = launcher, .plugin = plugin, .ranks = ranks }, words);

    process_finish(p);
    return p;
}

static void assert_agree(const char *launcher, const char *plugin, int ranks)
{
    struct process *p = run(launcher, plugin, ranks, "agree");

    if (p->exit_code != 0)
        fail_msg("%d ranks: %d, %s", ranks, p->exit_code, p->err);
    process_free(p);
}

/* Of 3 ranks. `words`: of the rank that speaks. */
static void assert_told(const char *part, const char *words)
{
    struct process *p = run(NULL, NULL, 3, part);

    assert_holds(p->out, words);
    assert_int_not_equal(p->exit_code, 0);
    assert_int_not_equal(p->exit_code, WRONG);
    assert_null(strstr(p->err, "not so"));
    process_free(p);
}

static void test_ranks_add_up_in_their_order_and_exchange_bytes(void **state)
{
    (void)state;
    for (int ranks = 2; ranks <= 4; ranks++)
        assert_agree(NULL, NULL, ranks);
}

static void test_a_rank_that_is_killed_ends_the_others_with_its_name(void **state)
{
    (void)state;
    assert_told("kill", " has ended without a word: it was killed, or it crashed\n");
}

static void test_where_the_first_rank_is_killed_the_next_one_says_so(void **state)
{
    (void)state;
    assert_told("kill-first", "rank 1: rank 0 on node ");
}

static void test_a_rank_that_hangs_is_told_from_those_that_wait_for_it(void **state)
{
    (void)state;
    assert_told("stop", "rank 0: rank 1 on node ");
}

static void test_a_rank_tells_the_others_why_it_failed(void **state)
{
    (void)state;
    assert_told("error", ": cannot read x.jpg\n");
}

static void test_the_time_of_sums_that_are_dropped_is_told(void **state)
{
    (void)state;
    assert_told("drop", ": cannot read y.jpg\n");
}

static void test_a_rank_that_ends_early_is_named(void **state)
{
    (void)state;
    assert_told("leave", " has ended before the others\n");
}

static const char *mpich(void)
{
    const char *plugin = mpirun_plugin("mpich");

    return plugin && system("command -v mpirun.mpich >/dev/null") == 0 ? plugin : NULL;
}

static void test_the_same_sources_run_on_mpich(void **state)
{
    (void)state;
    if (!mpich())
        skip();
    assert_agree("mpirun.mpich", mpich(), 3);
}

static void test_a_launcher_of_another_library_is_told_in_one_sentence(void **state)
{
    struct process *p;
    (void)state;

    if (!mpich())
        skip();
    p = run(NULL, mpich(), 2, "agree");
    assert_int_equal(p->exit_code, 4);
    assert_holds(p->err, "mpirun of Open MPI started 2 ranks: MPICH, for which cuvette's plug-in was built, sees only "
                         "1; start them with its own mpirun");
    process_free(p);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks_add_up_in_their_order_and_exchange_bytes),
        cmocka_unit_test(test_a_rank_that_is_killed_ends_the_others_with_its_name),
        cmocka_unit_test(test_where_the_first_rank_is_killed_the_next_one_says_so),
        cmocka_unit_test(test_a_rank_that_hangs_is_told_from_those_that_wait_for_it),
        cmocka_unit_test(test_a_rank_tells_the_others_why_it_failed),
        cmocka_unit_test(test_the_time_of_sums_that_are_dropped_is_told),
        cmocka_unit_test(test_a_rank_that_ends_early_is_named),
        cmocka_unit_test(test_the_same_sources_run_on_mpich),
        cmocka_unit_test(test_a_launcher_of_another_library_is_told_in_one_sentence),
    };

    if (argc == 3 && strcmp(argv[1], "--play") == 0)
        return play(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
