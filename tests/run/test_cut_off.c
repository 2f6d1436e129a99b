/* What a run that was cut off is said to have died of, and what is refused before it would. */
#include "tests/support/check.h"

#include <string.h>

#include "run/cut_off.h"
#include "run/memory_room.h"
#include "tests/support/folder.h"

static const double gibibyte = 1 << 30;

static const struct job job = { .inside = true, .id = "4711", .node = "node017" };

/* Of a run in that job, with a tenth of its memory used and an hour left. */
static struct run_status left_by(void)
{
    return (struct run_status){
        .host = "node017", .job = "4711", .written = 1e9, .memory_used = 1.6 * gibibyte,
        .memory_limit = 16 * gibibyte, .memory_kills = 2, .job_end = 1e9 + 3600,
    };
}

static const char *reason(const struct run_status *left, const struct job *now, uint64_t kills)
{
    static char words[160];

    assert_true(cut_off_reason(left, now, kills, words, sizeof words) == (words[0] != '\0'));
    return words;
}

static void test_the_kernels_count_in_the_same_job_is_sure(void **state)
{
    struct run_status left = left_by();
    struct job other = job;
    (void)state;

    assert_string_equal(reason(&left, &job, 3), "killed by the kernel for want of memory (1.6 G of 16.0 G): a smaller "
                                                "batch or data.memory, or --mem, helps");
    assert_string_equal(reason(&left, &job, 2), "");
    strcpy(other.id, "4712");
    assert_string_equal(reason(&left, &other, 3), "");
    left.memory_kills = -1; /* it had no limit then */
    assert_string_equal(reason(&left, &job, 3), "");
}

static void test_memory_that_was_nearly_full_is_a_guess(void **state)
{
    struct run_status left = left_by();
    (void)state;

    left.memory_used = 15.5 * gibibyte;
    assert_non_null(strstr(reason(&left, &job, 2), "probably killed for want of memory (15.5 G of 16.0 G)"));
    left.memory_limit = -1;
    assert_string_equal(reason(&left, &job, 2), "");
}

static void test_a_jobs_end_is_told_as_such(void **state)
{
    struct run_status left = left_by();
    (void)state;

    left.written = left.job_end + 30;
    assert_string_equal(reason(&left, &job, 2), "killed when the time of job 4711 was over");
    left.job_end = 0;
    assert_string_equal(reason(&left, &job, 2), "");
}

static void test_it_is_read_from_the_folder_that_the_run_left(void **state)
{
    struct run_status left = left_by();
    struct error e = { 0 };
    char words[160];

    assert_false(cut_off_look(*state, words, sizeof words));
    left.memory_used = 15.9 * gibibyte;
    assert_good(run_status_write(&left, *state, &e), e);
    assert_true(cut_off_look(*state, words, sizeof words));
    assert_non_null(strstr(words, "15.9 G of 16.0 G"));
}

static void test_more_than_there_is_is_refused_and_more_than_is_free_is_not(void **state)
{
    const struct memory_room room = { .limit = (uint64_t)16 << 30, .host = (uint64_t)4 << 30 };
    struct memory_need need = { .host = (uint64_t)8 << 30, .fitting_batch = 32 };
    struct error e = { 0 };
    (void)state;

    assert_good(memory_room_check_limit(&room, &need, &e), e);
    assert_false(memory_room_check(&room, &need, &e));
    assert_string_equal(e.text, "the run does not fit: it needs 8.0 G, and 4.0 G are free; a batch of 32 would fit");
    need.host = (uint64_t)20 << 30;
    assert_false(memory_room_check_limit(&room, &need, &e));
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_string_equal(e.text, "the run does not fit: it needs 20.0 G, and 16.0 G are there; a batch of 32 would fit; "
                                "--mem=24G asks Slurm for more");
    assert_good(memory_room_check_limit(&(struct memory_room){ 0 }, &need, &e), e);
}

static void test_each_of_several_ranks_is_refused_by_its_part(void **state)
{
    const struct memory_room part = { .limit = (uint64_t)4 << 30, .host = (uint64_t)1 << 30, .ranks = 8, .beside = 4 };
    const struct memory_need need = { .host = (uint64_t)5 << 30 };
    struct error e = { 0 };
    (void)state;

    assert_false(memory_room_check_limit(&part, &need, &e));
    assert_string_equal(e.text, "the run does not fit: each of the 4 ranks on this node needs 5.0 G, and 4.0 G are "
                                "there for it; --mem=24G asks Slurm for more");
    assert_false(memory_room_check(&part, &need, &e));
    assert_string_equal(e.text, "the run does not fit: each of the 4 ranks on this node needs 5.0 G, and 1.0 G are "
                                "free for it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_kernels_count_in_the_same_job_is_sure),
        cmocka_unit_test(test_memory_that_was_nearly_full_is_a_guess),
        cmocka_unit_test(test_a_jobs_end_is_told_as_such),
        cmocka_unit_test_setup_teardown(test_it_is_read_from_the_folder_that_the_run_left, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(test_more_than_there_is_is_refused_and_more_than_is_free_is_not),
        cmocka_unit_test(test_each_of_several_ranks_is_refused_by_its_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
