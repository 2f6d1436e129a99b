/* Every operation of the CPU backend against the double-precision reference, on random shapes, with 1, 2 and 3 threads,
 * for every vector unit that this processor has. */
#include "tests/support/check.h"

#include <stdio.h>

#include "cpu/cpu_backend.h"
#include "cpu/variant.h"
#include "tests/support/op_compare.h"

enum { CASES = 120, CONVOLUTIONS = 240, REPETITIONS = 10, THREADS_MAX = 3 };

/* Draws cases of an operation; for each calls check() once for every variant, which is then the one that runs. */
static void for_each_case(enum op_kind kind, enum precision precision, int count,
                          void (*check)(const struct op_case *c))
{
    struct error e = { 0 };

    for (uint64_t seed = 0; seed < (uint64_t)count; seed++) {
        struct op_case c;

        assert_true(op_case_draw(&c, kind, seed));
        c.op.precision = precision;
        assert_good(op_case_expect(&c, &e), e);
        for (int i = 0; i < variant_count(); i++)
            if (variant_supported(i)) {
                setenv("CUVETTE_CPU", variant_name(i), 1);
                check(&c);
            }
        unsetenv("CUVETTE_CPU");
        op_case_free(&c);
    }
}

static void expect_agreement(const struct op_case *c, double bound)
{
    struct error e = { 0 };

    for (int threads = 1; threads <= THREADS_MAX; threads++)
        if (!op_case_agrees(c, &cpu_backend_class, threads, bound, &e))
            fail_msg("%s, %d threads: %s", getenv("CUVETTE_CPU"), threads, e.text);
}

static void check_agreement(const struct op_case *c)
{
    expect_agreement(c, 1e-5);
}

/* The operands of products have 8 bits of mantissa, so rounding errors of up to 1/512. The transforms turn these into
 * one or two per cent of a typical output; the bound is for the worst of thousands. */
static void check_bf16(const struct op_case *c)
{
    expect_agreement(c, 0.1);
}

static void check_repetition(const struct op_case *c)
{
    size_t bytes = c->plan.arena_bytes[ARENA_ACTIVATIONS];
    unsigned char *once = test_malloc(bytes), *again = test_malloc(bytes);
    struct error e = { 0 };

    assert_good(op_case_run(c, &cpu_backend_class, THREADS_MAX, once, &e), e);
    assert_good(op_case_run(c, &cpu_backend_class, THREADS_MAX, again, &e), e);
    assert_memory_equal(once, again, bytes);
    test_free(once);
    test_free(again);
}

static void test_agrees_with_the_reference(void **state)
{
    enum op_kind kind = *(const enum op_kind *)*state;

    for_each_case(kind, PRECISION_FP32, op_is_convolution(kind) ? CONVOLUTIONS : CASES, check_agreement);
}

static void test_convolutions_agree_in_bf16(void **state)
{
    (void)state;
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++)
        for_each_case(kind, PRECISION_BF16, CASES, check_bf16);
}

static void test_repeats_bit_for_bit(void **state)
{
    for_each_case(*(const enum op_kind *)*state, PRECISION_FP32, REPETITIONS, check_repetition);
}

/* More threads than rows, images or channels: some have nothing to do, not only the last ones. */
static void test_many_threads_agree(void **state)
{
    const int threads = 13;
    struct error e = { 0 };

    (void)state;
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        assert_good(op_cases_agree(&cpu_backend_class, threads, kind, REPETITIONS, 1e-5, &e), e);
}

/* With large weights and many threads, the threads sum in groups: a partial sum for each would need too much memory. */
static void test_large_weights_and_many_threads_agree(void **state)
{
    const struct op_window window = { .height = 5,
                                      .width = 4,
                                      .channels = 320,
                                      .out_height = 5,
                                      .out_width = 4,
                                      .out_channels = 330,
                                      .kernel_height = 3,
                                      .kernel_width = 3,
                                      .stride = 1,
                                      .pad_top = 1,
                                      .pad_left = 1 };
    const int threads = 40;
    struct error e = { 0 };
    struct op_case c;

    (void)state;
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++) {
        assert_true(op_case_draw_window(&c, kind, &window, 1));
        assert_good(op_case_expect(&c, &e), e);
        assert_good(op_case_agrees(&c, &cpu_backend_class, threads, 1e-5, &e), e);
        op_case_free(&c);
    }
}

/* What an image becomes is its own thread's work alone. */
static void test_images_are_augmented_alike_by_any_number_of_threads(void **state)
{
    static const enum op_kind augmenting[] = { OP_GATHER, OP_RETOUCH, OP_MIX };
    struct error e = { 0 };
    struct op_case c;
    (void)state;

    for (size_t k = 0; k < sizeof augmenting / sizeof *augmenting; k++)
        for (uint64_t seed = 0; seed < 60; seed++) {
            assert_true(op_case_draw(&c, augmenting[k], seed));

            size_t bytes = c.plan.arena_bytes[ARENA_ACTIVATIONS];
            unsigned char *one = test_malloc(bytes), *many = test_malloc(bytes);

            assert_good(op_case_run(&c, &cpu_backend_class, 1, one, &e), e);
            for (int threads = 3; threads <= 13; threads += 10) {
                assert_good(op_case_run(&c, &cpu_backend_class, threads, many, &e), e);
                assert_memory_equal(one, many, bytes);
            }
            test_free(one);
            test_free(many);
            op_case_free(&c);
        }
}

int main(void)
{
    static enum op_kind kinds[OP_COUNT];
    static char names[OP_COUNT][2][80];
    struct CMUnitTest tests[OP_COUNT * 2 + 4];

    for (int i = 0; i < OP_COUNT; i++) {
        kinds[i] = (enum op_kind)i;
        snprintf(names[i][0], sizeof names[i][0], "%s_agrees_with_the_reference", op_name(kinds[i]));
        snprintf(names[i][1], sizeof names[i][1], "%s_repeats_bit_for_bit", op_name(kinds[i]));
        tests[2 * i] = (struct CMUnitTest){ names[i][0], test_agrees_with_the_reference, NULL, NULL, &kinds[i] };
        tests[2 * i + 1] = (struct CMUnitTest){ names[i][1], test_repeats_bit_for_bit, NULL, NULL, &kinds[i] };
    }
    tests[2 * OP_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_convolutions_agree_in_bf16);
    tests[2 * OP_COUNT + 1] = (struct CMUnitTest)cmocka_unit_test(test_large_weights_and_many_threads_agree);
    tests[2 * OP_COUNT + 2] = (struct CMUnitTest)cmocka_unit_test(test_many_threads_agree);
    tests[2 * OP_COUNT + 3] =
        (struct CMUnitTest)cmocka_unit_test(test_images_are_augmented_alike_by_any_number_of_threads);
    return cmocka_run_group_tests_name("operations of the CPU", tests, NULL, NULL);
}
