/* What ranks that train together tell of themselves, and what it comes to. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "nn/train/rank_report.h"

enum { MANY = 100 };

static struct rank_card card(double works, double waits, double summing, double hidden)
{
    return (struct rank_card){ .step = works + waits, .waits = waits, .summing = summing, .hidden = hidden };
}

static struct rank_summary sum_of(const struct rank_card cards[], int ranks, int *slowest)
{
    struct rank_summary s = { .ranks = ranks, .nodes = 1 };
    struct rank_place order[MANY];

    rank_report_order(cards, ranks, order);
    rank_report_sum(cards, order, ranks, &s, slowest);
    if (*slowest >= 0)
        snprintf(s.slowest, sizeof s.slowest, "rank %d on node a", *slowest);
    return s;
}

static void test_perfect_is_own_work_over_all_time(void **state)
{
    const struct rank_card cards[] = { card(9e-3, 1e-3, 2e-3, 1e-3), card(8e-3, 2e-3, 2e-3, 2e-3) };
    char words[128];
    int slowest;
    struct rank_summary s = sum_of(cards, 2, &slowest);
    (void)state;

    assert_true(fabs(s.perfect - 0.85) < 1e-12);
    assert_true(fabs(s.hidden - 0.75) < 1e-12);
    rank_report_words(&s, false, words, sizeof words);
    assert_string_equal(words, "2 ranks on 1 node, 85 % of perfect");
    s.nodes = 2;
    rank_report_words(&s, true, words, sizeof words);
    assert_string_equal(words, "2 GPUs on 2 nodes, 85 % of perfect");
}

static void test_nothing_is_said_before_all_have_made_steps(void **state)
{
    const struct rank_card cards[] = { card(9e-3, 1e-3, -1, -1), { .step = 0 } };
    char words[128];
    int slowest;
    struct rank_summary s = sum_of(cards, 2, &slowest);
    (void)state;

    assert_int_equal(slowest, -1);
    assert_true(s.perfect < 0 && s.hidden < 0);
    rank_report_words(&s, false, words, sizeof words);
    assert_string_equal(words, "2 ranks on 1 node, n/a of perfect");
    rank_report_words(&(struct rank_summary){ .ranks = 0 }, false, words, sizeof words);
    assert_string_equal(words, "");
}

static void test_the_slowest_is_named_where_it_holds_the_others_up(void **state)
{
    struct rank_card cards[] = { card(10e-3, 3e-3, -1, 0), card(13e-3, 0, -1, 0), card(10.5e-3, 2.5e-3, -1, 0) };
    char words[256];
    int slowest;
    struct rank_summary s = sum_of(cards, 3, &slowest);
    (void)state;

    assert_int_equal(slowest, 1);
    rank_report_slowest(&s, words, sizeof words);
    assert_string_equal(words, "rank 1 on node a holds the others up: its own work takes 13 ms a step, that of the "
                               "median rank 10.5 ms: 24 % longer");
    cards[1] = card(11.2e-3, 0, -1, 0); /* as much as chance does */
    s = sum_of(cards, 3, &slowest);
    assert_int_equal(slowest, -1);
    rank_report_slowest(&s, words, sizeof words);
    assert_string_equal(words, "");
    cards[1] = card(13e-3, 900e-3, -1, 0); /* it is the way between them that takes the time */
    sum_of(cards, 3, &slowest);
    assert_int_equal(slowest, -1);
}

/* Of two, the other one is the median. */
static void test_two_ranks(void **state)
{
    const struct rank_card cards[] = { card(20e-3, 0, -1, 0), card(10e-3, 10e-3, -1, 0) };
    int slowest;
    struct rank_summary s = sum_of(cards, 2, &slowest);
    (void)state;

    assert_int_equal(slowest, 0);
    assert_true(fabs(s.behind - 1) < 1e-12);
    assert_true(fabs(s.perfect - 0.75) < 1e-12);
}

static void test_of_many_those_that_work_longest_are_shown(void **state)
{
    static struct rank_card cards[MANY];
    struct rank_place order[MANY];
    int chosen[RANK_ROWS_MOST];
    (void)state;

    for (int i = 0; i < MANY; i++)
        cards[i] = card(i % 2 ? 10e-3 : 11e-3 + i * 1e-6, 1e-3, -1, 0);
    rank_report_order(cards, MANY, order);
    assert_int_equal(rank_report_choose(order, MANY, chosen), RANK_ROWS_MOST);
    for (int i = 0; i < RANK_ROWS_MOST; i++) {
        assert_int_equal(chosen[i] % 2, 0);
        assert_true(i == 0 || chosen[i] > chosen[i - 1]);
    }
    assert_int_equal(chosen[RANK_ROWS_MOST - 1], MANY - 2);
    rank_report_order(cards, 3, order);
    assert_int_equal(rank_report_choose(order, 3, chosen), 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(chosen[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_perfect_is_own_work_over_all_time),
        cmocka_unit_test(test_nothing_is_said_before_all_have_made_steps),
        cmocka_unit_test(test_the_slowest_is_named_where_it_holds_the_others_up),
        cmocka_unit_test(test_two_ranks),
        cmocka_unit_test(test_of_many_those_that_work_longest_are_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
