/* Tests on the CUDA that the host plays. */
#ifndef TESTS_GPU_ON_HOST_TEST_H
#define TESTS_GPU_ON_HOST_TEST_H

#include "tests/cuda_on_host/on_host.h"
#include "tests/support/check.h"

/* Fails when something is left that a reset does not free: handles and descriptors of libraries. */
static inline int on_host_begin(void **state)
{
    (void)state;
    on_host_reset();
    return on_host_alive();
}

static inline int on_host_end(void **state)
{
    int alive = on_host_alive();

    assert_string_equal(on_host_complaint(), "");
    return on_host_begin(state) + alive;
}

/* A test of the backend: begins on a fresh device, leaves nothing allocated and nothing to complain of. */
#define ON_HOST_TEST(function) cmocka_unit_test_setup_teardown(function, on_host_begin, on_host_end)

/* A test of the host's CUDA itself, which may leave anything behind. */
#define SHIM_TEST(function) cmocka_unit_test_setup_teardown(function, on_host_begin, on_host_begin)

#endif
