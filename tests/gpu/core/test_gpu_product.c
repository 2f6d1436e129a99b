/* Products of the CUDA backend where cuBLASLt cannot do them as they are asked for, and what it is told of their
 * operands. On the CUDA that the host plays. */
#include "tests/gpu/on_host_test.h"

#include <cuda_runtime_api.h>

#include "gpu/gpu_backend.h"
#include "gpu/core/gpu_product.h"
#include "tests/support/op_compare.h"

enum { CASES = 24, ALL = ON_HOST_PRODUCTS_OF_HALVES | ON_HOST_PRODUCTS_IN_TF32 | ON_HOST_PRODUCTS_WITH_EPILOGUES };

static void draw(struct op_case *c, enum op_kind kind, int seed)
{
    struct error e = { 0 };

    assert_true(op_case_draw(c, kind, (uint64_t)seed));
    assert_good(op_case_expect(c, &e), e);
}

/* With whatever is refused there is another way, which gives the same. */
static void test_what_cublas_cannot_is_done_otherwise(void **state)
{
    (void)state;
    for (enum op_kind kind = OP_CONV2D; kind <= OP_DENSE_WEIGHT_GRADIENT; kind++)
        for (int i = 0; i < CASES * PRECISION_BOUNDS; i++) {
            const struct precision_bound *how = &precision_bounds[i % PRECISION_BOUNDS];
            struct error e = { 0 };
            struct op_case c;

            draw(&c, kind, i / PRECISION_BOUNDS);
            c.op.precision = how->precision;
            on_host_refuse_products((unsigned)i / PRECISION_BOUNDS % ALL + 1);
            assert_good(op_case_agrees(&c, &cuda_backend_class, 1, how->bound, &e), e);
            op_case_free(&c);
        }
}

/* Where nothing rounded is to be had, nothing is rounded. */
static void test_what_cannot_be_rounded_is_not(void **state)
{
    (void)state;
    on_host_refuse_products(ON_HOST_PRODUCTS_OF_HALVES | ON_HOST_PRODUCTS_IN_TF32);
    for (enum op_kind kind = OP_CONV2D; kind <= OP_DENSE_WEIGHT_GRADIENT; kind++)
        for (int i = 0; i < CASES; i++) {
            struct error e = { 0 };
            struct op_case c;

            draw(&c, kind, i);
            c.op.precision = i % 2 ? PRECISION_TF32 : PRECISION_BF16;
            assert_good(op_case_agrees(&c, &cuda_backend_class, 1, 1e-5, &e), e);
            op_case_free(&c);
        }
}

enum { ROWS = 3, COLUMNS = 16, INNER = 5, FLOATS = 256 };

/* Layers of the same sizes have biases in other places: what holds for the first may not be taken for the others. */
static void test_a_bias_lies_where_it_lies(void **state)
{
    static const size_t places[] = { 0, 16, 64, 4, 0 };
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
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        p.bias = biases + places[i] / sizeof *biases;
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
        ON_HOST_TEST(test_what_cublas_cannot_is_done_otherwise),
        ON_HOST_TEST(test_what_cannot_be_rounded_is_not),
        ON_HOST_TEST(test_a_bias_lies_where_it_lies),
    };

    return cmocka_run_group_tests_name("products of a GPU", tests, NULL, NULL);
}
