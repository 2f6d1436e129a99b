/* Products of the CUDA backend where cuBLASLt has no algorithm for them as they are asked for, and what it is told
 * about their operands. On the CUDA that the host plays. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>

#include "gpu/core/gpu_product.h"
#include "tests/gpu/gpu_cases.h"

enum { CASES = 24, ALL = ON_HOST_PRODUCTS_OF_HALVES | ON_HOST_PRODUCTS_IN_TF32 | ON_HOST_PRODUCTS_WITH_EPILOGUES };

/* Whatever is refused, there is another way that gives the same. */
static void test_what_cublas_refuses_is_done_otherwise(void **state)
{
    struct op_case c;

    (void)state;
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int i = 0; op_multiplies(kind) && i < CASES * GPU_PRECISIONS; i++) {
            gpu_case_draw(&c, kind, i / GPU_PRECISIONS, (enum precision)(i % GPU_PRECISIONS));
            on_host_refuse_products((unsigned)i / GPU_PRECISIONS % ALL + 1);
            gpu_case_expect_agreement(&c);
            op_case_free(&c);
        }
}

/* Where cuBLASLt has no product of rounded operands, nothing is rounded. */
static void test_what_cannot_be_rounded_is_not(void **state)
{
    struct op_case c;

    (void)state;
    on_host_refuse_products(ON_HOST_PRODUCTS_OF_HALVES | ON_HOST_PRODUCTS_IN_TF32);
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int i = 0; op_multiplies(kind) && i < CASES; i++) {
            gpu_case_draw(&c, kind, i, i % 2 ? PRECISION_TF32 : PRECISION_BF16);
            gpu_case_expect_within(&c, gpu_bounds[PRECISION_FP32]);
            op_case_free(&c);
        }
}

enum { ROWS = 3, COLUMNS = 16, INNER = 5, FLOATS = 256 };

/* Layers of the same sizes have biases at other addresses: the first one's alignment need not be the others'. */
static void test_a_bias_may_have_any_alignment(void **state)
{
    static const size_t offsets[] = { 0, 16, 64, 4, 0 };
    struct gpu gpu = { .memory = (size_t)1 << 30, .multiprocessors = 2 };
    struct gpu_product p = { .rows = ROWS, .columns = COLUMNS, .inner = INNER, .precision = PRECISION_FP32 };
    float *a, *b, *c, *biases, got[ROWS * COLUMNS];

    (void)state;
    assert_int_equal(cudaStreamCreateWithFlags(&gpu.stream, cudaStreamNonBlocking), cudaSuccess);
    for (float **memory[] = { &a, &b, &c, &biases }, ***m = memory; m < memory + 4; m++) {
        assert_int_equal(cudaMalloc((void **)*m, FLOATS * sizeof(float)), cudaSuccess);
        assert_int_equal(cudaMemset(**m, 0, FLOATS * sizeof(float)), cudaSuccess);
    }
    assert_true(gpu_products_open(&gpu));
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        p.bias = biases + offsets[i] / sizeof *biases;
        gpu_product(&gpu, &p, a, b, c);
        assert_good(gpu.error.kind == ERROR_NONE, gpu.error);
    }
    assert_int_equal(cudaStreamSynchronize(gpu.stream), cudaSuccess);
    assert_int_equal(cudaMemcpy(got, c, sizeof got, cudaMemcpyDeviceToHost), cudaSuccess);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        assert_true(got[i] == 0.0f);
    gpu_products_close(&gpu);
    for (float **memory[] = { &a, &b, &c, &biases }, ***m = memory; m < memory + 4; m++)
        cudaFree(**m);
    assert_int_equal(cudaStreamDestroy(gpu.stream), cudaSuccess);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_what_cublas_refuses_is_done_otherwise),
        ON_HOST_TEST(test_what_cannot_be_rounded_is_not),
        ON_HOST_TEST(test_a_bias_may_have_any_alignment),
    };

    return cmocka_run_group_tests_name("products of a GPU", tests, NULL, NULL);
}
