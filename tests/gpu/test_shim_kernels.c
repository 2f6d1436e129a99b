/* The CUDA that the host plays for the tests: kernels, and what it says of wrong ones. */
#include "tests/support/check.h"

#include <cuda_runtime_api.h>

#include "tests/cuda_on_host/kernels.h"
#include "tests/cuda_on_host/on_host.h"

static int reset(void **state)
{
    (void)state;
    on_host_reset();
    return 0;
}

static void test_threads_meet(void **state)
{
    enum { BLOCKS = 5, COUNT = BLOCKS * 256 };
    static float x[COUNT], sums[BLOCKS];
    void *device_x, *device_sums;

    (void)state;
    for (int i = 0; i < COUNT; i++)
        x[i] = (float)(i / 256 + 1);
    assert_int_equal(cudaMalloc(&device_x, sizeof x), cudaSuccess);
    assert_int_equal(cudaMalloc(&device_sums, sizeof sums), cudaSuccess);
    assert_int_equal(cudaMemcpy(device_x, x, sizeof x, cudaMemcpyHostToDevice), cudaSuccess);
    assert_int_equal(kernel_block_sums(device_x, device_sums, BLOCKS, NULL), cudaSuccess);
    assert_int_equal(cudaMemcpy(sums, device_sums, sizeof sums, cudaMemcpyDeviceToHost), cudaSuccess);
    for (int b = 0; b < BLOCKS; b++)
        assert_float_equal(sums[b], 256.0F * (float)(b + 1), 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_threads_meet, reset, reset),
    };

    return cmocka_run_group_tests_name("kernels on the host", tests, NULL, NULL);
}
