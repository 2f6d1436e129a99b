/* Operations on devices with little memory, where convolutions have to go through a step's images in parts; and
 * whatever the order in which a device does its work. On the CUDA that the host plays. */
#include "tests/gpu/on_host_test.h"

#include "gpu/gpu_backend.h"
#include "tests/support/op_compare.h"

enum { CASES = 40, SEEDS = 8, REPETITIONS = 6 };

/* The memory that a case needs beside the workspaces, and hardly more. */
static void test_convolutions_agree_in_parts(void **state)
{
    const size_t beside = (size_t)1 << 19;

    (void)state;
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++)
        for (int i = 0; i < CASES * PRECISION_BOUNDS; i++) {
            struct error e = { 0 };
            struct op_case c;

            assert_true(op_case_draw(&c, kind, (uint64_t)i / PRECISION_BOUNDS));
            assert_good(op_case_expect(&c, &e), e);
            c.op.precision = precision_bounds[i % PRECISION_BOUNDS].precision;
            on_host_set_memory(c.plan.arena_bytes[ARENA_ACTIVATIONS] + beside);
            assert_good(op_case_agrees(&c, &cuda_backend_class, 1, precision_bounds[i % PRECISION_BOUNDS].bound, &e), e);
            op_case_free(&c);
        }
}

/* Blocks, warps and lanes in other orders, work done earlier or later: the same bits. */
static void test_no_order_changes_a_bit(void **state)
{
    (void)state;
    for (int i = 0; i < OP_COUNT * REPETITIONS; i++) {
        struct error e = { 0 };
        struct op_case c;

        assert_true(op_case_draw(&c, (enum op_kind)(i / REPETITIONS), (uint64_t)i));
        size_t bytes = c.plan.arena_bytes[ARENA_ACTIVATIONS];
        unsigned char *once = test_malloc(bytes), *again = test_malloc(bytes);

        assert_good(op_case_run(&c, &cuda_backend_class, 1, once, &e), e);
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            on_host_set_seed(seed);
            assert_good(op_case_run(&c, &cuda_backend_class, 1, again, &e), e);
            if (memcmp(once, again, bytes) != 0)
                fail_msg("%s, case %d, seed %d", op_name(c.op.kind), i, (int)seed);
        }
        test_free(once);
        test_free(again);
        op_case_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_convolutions_agree_in_parts),
        ON_HOST_TEST(test_no_order_changes_a_bit),
    };

    return cmocka_run_group_tests_name("little memory and any order", tests, NULL, NULL);
}
