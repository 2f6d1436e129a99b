/* Every operation of the CUDA backend against the double-precision reference, over random shapes and in every
 * precision: on the device where there is one (make check-gpu), elsewhere on the CUDA that the host plays. */
#include "tests/gpu/gpu_cases.h"

#include <stdio.h>

enum { CASES = 120, CONVOLUTIONS = 240, ROUNDED = 80, REPETITIONS = 10 };

static void expect_agreement(enum op_kind kind, enum precision precision, int count)
{
    struct op_case c;

    for (int seed = 0; seed < count; seed++) {
        gpu_case_draw(&c, kind, seed, precision);
        gpu_case_expect_agreement(&c);
        op_case_free(&c);
    }
}

static void test_agrees_with_the_reference(void **state)
{
    enum op_kind kind = *(const enum op_kind *)*state;

    expect_agreement(kind, PRECISION_FP32, op_is_convolution(kind) ? CONVOLUTIONS : CASES);
}

static void test_products_agree_when_rounded(void **state)
{
    (void)state;
    for (int precision = PRECISION_TF32; precision < GPU_PRECISIONS; precision++)
        for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
            expect_agreement(kind, (enum precision)precision, op_multiplies(kind) ? ROUNDED : 0);
}

static void test_repeats_bit_for_bit(void **state)
{
    for (int seed = 0; seed < REPETITIONS; seed++) {
        unsigned char *once, *again;
        struct op_case c;

        gpu_case_draw(&c, *(const enum op_kind *)*state, seed, PRECISION_FP32);
        once = gpu_case_run(&c);
        again = gpu_case_run(&c);
        assert_memory_equal(once, again, c.plan.arena_bytes[ARENA_ACTIVATIONS]);
        test_free(once);
        test_free(again);
        op_case_free(&c);
    }
}

static struct CMUnitTest named(char name[80], enum op_kind *kind, const char *what, void (*test)(void **state))
{
    snprintf(name, 80, "%s_%s", op_name(*kind), what);
    return (struct CMUnitTest){ name, test, NULL, NULL, kind };
}

int main(void)
{
    static enum op_kind kinds[OP_COUNT];
    static char names[OP_COUNT][2][80];
    struct CMUnitTest tests[OP_COUNT * 2 + 1];

    for (int i = 0; i < OP_COUNT; i++) {
        kinds[i] = (enum op_kind)i;
        tests[2 * i] = named(names[i][0], &kinds[i], "agrees_with_the_reference", test_agrees_with_the_reference);
        tests[2 * i + 1] = named(names[i][1], &kinds[i], "repeats_bit_for_bit", test_repeats_bit_for_bit);
    }
    tests[2 * OP_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_products_agree_when_rounded);
    return cmocka_run_group_tests_name("operations of a GPU", tests, NULL, NULL);
}
