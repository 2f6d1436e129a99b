/* What tests of the CUDA that the host plays have in common. */
#ifndef TESTS_GPU_ON_HOST_TEST_H
#define TESTS_GPU_ON_HOST_TEST_H

#include "nn/plan/ops.h"
#include "tests/cuda_on_host/on_host.h"
#include "tests/support/check.h"

/* How far the sums of products may be off the reference in every precision. */
enum { PRECISION_BOUNDS = 3 };
static const struct precision_bound {
    enum precision precision;
    double bound;
} precision_bounds[PRECISION_BOUNDS] = {
    { PRECISION_FP32, 1e-5 },
    { PRECISION_TF32, 0.02 },
    { PRECISION_BF16, 0.05 },
};

static inline int on_a_fresh_device(void **state)
{
    (void)state;
    on_host_reset();
    return 0;
}

static inline int expect_nothing_left(void **state)
{
    int alive = on_host_alive();

    assert_string_equal(on_host_complaint(), "");
    return on_a_fresh_device(state) || alive;
}

/* Begins on a fresh device, and leaves nothing on it and nothing to complain of. */
#define ON_HOST_TEST(function) cmocka_unit_test_setup_teardown(function, on_a_fresh_device, expect_nothing_left)

#endif
