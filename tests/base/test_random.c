/* Random numbers by counter. */
#include "tests/support/check.h"

#include <math.h>

#include "base/random.h"

struct known {
    uint32_t counter[4], key[2], words[4];
};

/* From the known answers of the Random123 distribution, for philox4x32 with 10 rounds. */
static void test_philox_gives_the_published_words(void **state)
{
    static const struct known answers[] = {
        { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { ~0u, ~0u, ~0u, ~0u }, { ~0u, ~0u }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
          { 0xa4093822, 0x299f31d0 },
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    (void)state;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct random_words r = random_philox(answers[i].counter, answers[i].key);
        assert_memory_equal(r.word, answers[i].words, sizeof r.word);
    }
}

static void test_streams_salts_steps_and_seeds_differ(void **state)
{
    const struct random_words all[] = {
        random_block(1, RANDOM_DROPOUT, 0, 0, 0),
        random_block(2, RANDOM_DROPOUT, 0, 0, 0),
        random_block(1, RANDOM_AUGMENT, 0, 0, 0),
        random_block(1, RANDOM_DROPOUT, 1, 0, 0),
        random_block(1, RANDOM_DROPOUT, 0, 1, 0),
        random_block(1, RANDOM_DROPOUT, 0, 0, 1),
        random_block(1ull << 32 | 1, RANDOM_DROPOUT, 0, 0, 0),
        random_block(1, RANDOM_DROPOUT, 0, 0, 1ull << 32),
    };
    (void)state;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(&all[i], &all[k], sizeof *all);
}

static void test_uniform_stays_below_one(void **state)
{
    (void)state;
    assert_true(random_uniform(0) == 0.0f);
    assert_true(random_uniform(UINT32_MAX) < 1.0f);
    assert_true(random_uniform(1u << 31) == 0.5f);
}

static void test_a_permutation_holds_every_position_once(void **state)
{
    uint32_t order[1001], again[1001], later[1001];
    unsigned char seen[1001] = { 0 };
    (void)state;

    random_permutation(order, 1001, 42, RANDOM_SHUFFLE, 3);
    random_permutation(again, 1001, 42, RANDOM_SHUFFLE, 3);
    random_permutation(later, 1001, 42, RANDOM_SHUFFLE, 4);
    assert_memory_equal(order, again, sizeof order);
    assert_memory_not_equal(order, later, sizeof order);
    for (int i = 0; i < 1001; i++) {
        assert_in_range(order[i], 0, 1000);
        assert_int_equal(seen[order[i]]++, 0);
    }
}

/* Each of the 6 orders of 3 should occur about 1000 times in 6000 (standard deviation 29). */
static void test_permutations_are_even(void **state)
{
    int found[27] = { 0 }, kinds = 0;
    (void)state;

    for (uint32_t step = 0; step < 6000; step++) {
        uint32_t order[3];
        random_permutation(order, 3, 7, RANDOM_SHUFFLE, step);
        found[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    for (int i = 0; i < 27; i++) {
        if (found[i] == 0)
            continue;
        kinds++;
        assert_in_range(found[i], 850, 1150);
    }
    assert_int_equal(kinds, 6);
}

/* Mean 1/2 and variance 1 / (4 (2 alpha + 1)), within five standard errors. */
static void test_beta_has_its_mean_and_variance(void **state)
{
    static const double alphas[] = { 0.05, 0.2, 0.5, 1, 2, 8 };
    const uint32_t count = 20000;
    (void)state;

    for (size_t k = 0; k < sizeof alphas / sizeof *alphas; k++) {
        double sum = 0, squares = 0, variance = 1 / (4 * (2 * alphas[k] + 1));

        for (uint32_t step = 0; step < count; step++) {
            double x = random_beta(alphas[k], 3, RANDOM_MIX, step);

            assert_true(x >= 0 && x <= 1);
            sum += x;
            squares += (x - 0.5) * (x - 0.5);
        }
        assert_true(fabs(sum / count - 0.5) < 5 * sqrt(variance / count));
        assert_true(fabs(squares / count - variance) < 5 * 0.25 / sqrt(count));
        assert_true(fabs(squares / count / variance - 1) < 0.05);
    }
}

static void test_beta_of_one_is_uniform(void **state)
{
    int found[10] = { 0 };
    (void)state;

    for (uint32_t step = 0; step < 20000; step++)
        found[(int)fmin(9, 10 * random_beta(1, 5, RANDOM_MIX, step))]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(found[i], 1800, 2200);
    assert_true(random_beta(0.3, 5, RANDOM_MIX, 7) == random_beta(0.3, 5, RANDOM_MIX, 7));
    assert_true(random_beta(0.3, 5, RANDOM_MIX, 7) != random_beta(0.3, 5, RANDOM_MIX, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_gives_the_published_words),
        cmocka_unit_test(test_streams_salts_steps_and_seeds_differ),
        cmocka_unit_test(test_uniform_stays_below_one),
        cmocka_unit_test(test_a_permutation_holds_every_position_once),
        cmocka_unit_test(test_permutations_are_even),
        cmocka_unit_test(test_beta_has_its_mean_and_variance),
        cmocka_unit_test(test_beta_of_one_is_uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
