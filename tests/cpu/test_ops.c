/* Every operation of the CPU backend against the double-precision reference, over random shapes, by 1, 2 and 3 threads,
 * for every vector unit that this processor has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cpu/cpu_backend.h"
#include "cpu/variant.h"
#include "tests/support/op_compare.h"

enum { CASES = 120 };

/* Calls check with each variant forced in turn. */
static void for_each_variant(void (*check)(enum op_kind kind), enum op_kind kind)
{
    for (int i = 0; i < variant_count(); i++)
        if (variant_supported(i)) {
            setenv("CUVETTE_CPU", variant_name(i), 1);
            check(kind);
        }
    unsetenv("CUVETTE_CPU");
}

static void check_agreement(enum op_kind kind)
{
    struct error e = { 0 };

    for (int threads = 1; threads <= 3; threads++)
        if (!op_cases_agree(&cpu_backend_class, threads, kind, PRECISION_FP32, CASES, 1e-5, &e))
            fail_msg("%s, %d threads: %s", getenv("CUVETTE_CPU"), threads, e.text);
}

/* 8 bits of mantissa for the operands of products: rounding errors of 1/512 each, of which the transforms make one or two
 * per cent of a typical output; here is the worst of thousands. */
static void check_bf16(enum op_kind kind)
{
    struct error e = { 0 };

    for (int threads = 1; threads <= 2; threads++)
        if (!op_cases_agree(&cpu_backend_class, threads, kind, PRECISION_BF16, CASES, 0.1, &e))
            fail_msg("%s, %d threads: %s", getenv("CUVETTE_CPU"), threads, e.text);
}

static void check_repetition(enum op_kind kind)
{
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct op_case c;
        struct error e = { 0 };
        unsigned char *once, *again;

        assert_true(op_case_draw(&c, kind, seed));
        once = test_malloc(c.plan.arena_bytes[ARENA_ACTIVATIONS]);
        again = test_malloc(c.plan.arena_bytes[ARENA_ACTIVATIONS]);
        assert_true(op_case_run(&c, &cpu_backend_class, 3, once, &e));
        assert_true(op_case_run(&c, &cpu_backend_class, 3, again, &e));
        assert_memory_equal(once, again, c.plan.arena_bytes[ARENA_ACTIVATIONS]);
        test_free(once);
        test_free(again);
        op_case_free(&c);
    }
}

static void test_agrees_with_the_reference(void **state)
{
    for_each_variant(check_agreement, *(const enum op_kind *)*state);
}

static void test_convolutions_agree_in_bf16(void **state)
{
    (void)state;
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++)
        for_each_variant(check_bf16, kind);
}

static void test_repeats_bit_for_bit(void **state)
{
    for_each_variant(check_repetition, *(const enum op_kind *)*state);
}

int main(void)
{
    static enum op_kind kinds[OP_COUNT];
    static char names[OP_COUNT][2][80];
    struct CMUnitTest tests[OP_COUNT * 2 + 1];

    for (int i = 0; i < OP_COUNT; i++) {
        kinds[i] = (enum op_kind)i;
        snprintf(names[i][0], sizeof names[i][0], "%s_agrees_with_the_reference", op_name(kinds[i]));
        snprintf(names[i][1], sizeof names[i][1], "%s_repeats_bit_for_bit", op_name(kinds[i]));
        tests[2 * i] = (struct CMUnitTest){ names[i][0], test_agrees_with_the_reference, NULL, NULL, &kinds[i] };
        tests[2 * i + 1] = (struct CMUnitTest){ names[i][1], test_repeats_bit_for_bit, NULL, NULL, &kinds[i] };
    }
    tests[2 * OP_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_convolutions_agree_in_bf16);
    return cmocka_run_group_tests_name("operations of the CPU", tests, NULL, NULL);
}
