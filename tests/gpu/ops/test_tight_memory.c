/* Operations on devices with little memory, where convolutions take a step's images in chunks; and whatever the order
 * in which a device does its work. On the CUDA that the host plays. */
#include "tests/gpu/gpu_cases.h"
#include "tests/gpu/on_host_test.h"

enum { CASES = 40, SEEDS = 8, REPETITIONS = 6 };

/* With as much memory as the case itself needs, and little more for the workspace. */
static void test_convolutions_agree_in_chunks(void **state)
{
    const size_t beside = (size_t)1 << 19;
    struct op_case c;

    (void)state;
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int i = 0; op_is_convolution(kind) && i < CASES * GPU_PRECISIONS; i++) {
            gpu_case_draw(&c, kind, i / GPU_PRECISIONS, (enum precision)(i % GPU_PRECISIONS));
            on_host_set_memory(c.plan.arena_bytes[ARENA_ACTIVATIONS] + beside);
            gpu_case_expect_agreement(&c);
            op_case_free(&c);
        }
}

/* Blocks, warps and lanes in other orders, work done earlier or later: the same bits. */
static void test_no_order_changes_a_bit(void **state)
{
    (void)state;
    for (int i = 0; i < OP_COUNT * REPETITIONS; i++) {
        unsigned char *once;
        struct op_case c;

        assert_true(op_case_draw(&c, (enum op_kind)(i / REPETITIONS), (uint64_t)i % REPETITIONS));
        once = gpu_case_run(&c);
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            unsigned char *again;

            on_host_set_seed(seed);
            again = gpu_case_run(&c);
            if (memcmp(once, again, c.plan.arena_bytes[ARENA_ACTIVATIONS]) != 0)
                fail_msg("%s, case %d, seed %d", op_name(c.op.kind), (int)c.seed, (int)seed);
            test_free(again);
        }
        test_free(once);
        op_case_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_convolutions_agree_in_chunks),
        ON_HOST_TEST(test_no_order_changes_a_bit),
    };

    return cmocka_run_group_tests_name("little memory and any order", tests, NULL, NULL);
}
