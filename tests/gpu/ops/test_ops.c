/* Every operation of the CUDA backend against the double-precision reference, over random shapes and in every
 * precision: on the device where there is one (make check-gpu), on the CUDA that the host plays elsewhere. */
#include "tests/support/check.h"

#include <stdio.h>

#include "gpu/gpu_backend.h"
#include "tests/support/op_compare.h"

enum { CASES = 120, CONVOLUTIONS = 240, ROUNDED = 80, REPETITIONS = 10 };

/* Operands of products are rounded to 8 bits of mantissa by bf16, and to 11 or cut to them by tf32: errors of up to
 * 1/512 and 1/1024 each, of which the worst of thousands of results has many times a typical one's. */
static const struct {
    enum precision precision;
    double bound;
} roundings[] = {
    { PRECISION_TF32, 0.02 },
    { PRECISION_BF16, 0.05 },
};

static void draw(struct op_case *c, enum op_kind kind, enum precision precision, int seed)
{
    struct error e = { 0 };

    assert_true(op_case_draw(c, kind, (uint64_t)seed));
    c->op.precision = precision;
    assert_good(op_case_expect(c, &e), e);
}

static void expect_agreement(enum op_kind kind, enum precision precision, int count, double bound)
{
    struct error e = { 0 };
    struct op_case c;

    for (int seed = 0; seed < count; seed++) {
        draw(&c, kind, precision, seed);
        assert_good(op_case_agrees(&c, &cuda_backend_class, 1, bound, &e), e);
        op_case_free(&c);
    }
}

static void test_agrees_with_the_reference(void **state)
{
    enum op_kind kind = *(const enum op_kind *)*state;

    expect_agreement(kind, PRECISION_FP32, op_is_convolution(kind) ? CONVOLUTIONS : CASES, 1e-5);
}

static void test_products_agree_when_rounded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof roundings / sizeof roundings[0]; i++)
        for (enum op_kind kind = OP_CONV2D; kind <= OP_DENSE_WEIGHT_GRADIENT; kind++)
            expect_agreement(kind, roundings[i].precision, ROUNDED, roundings[i].bound);
}

static void test_repeats_bit_for_bit(void **state)
{
    struct error e = { 0 };

    for (int seed = 0; seed < REPETITIONS; seed++) {
        struct op_case c;

        draw(&c, *(const enum op_kind *)*state, PRECISION_FP32, seed);
        size_t bytes = c.plan.arena_bytes[ARENA_ACTIVATIONS];
        unsigned char *once = test_malloc(bytes), *again = test_malloc(bytes);

        assert_good(op_case_run(&c, &cuda_backend_class, 1, once, &e), e);
        assert_good(op_case_run(&c, &cuda_backend_class, 1, again, &e), e);
        assert_memory_equal(once, again, bytes);
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
