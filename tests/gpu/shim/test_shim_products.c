/* The CUDA that the host plays for the tests: cuBLASLt's products, and the promises that its callers must keep. */
#include "tests/gpu/on_host_test.h"

#include <cublasLt.h>
#include <math.h>

#include "tests/support/chance.h"

enum { M = 5, N = 7, K = 11, WORKSPACE = 1 << 16 };

/* How a product is asked for. Everything is column-major: d [M][N] = alpha op(a) op(b) + beta c. */
struct request {
    bool transpose_a, transpose_b;
    cublasComputeType_t compute;
    cudaDataType operands;
    cublasLtEpilogue_t epilogue;
    float beta;
    uint32_t promised; /* alignment of the operands; 0: cuBLASLt's default */
    size_t shift;      /* bytes by which a is off its alignment */
    size_t workspace_given;
};

struct parts {
    float a[M * K], b[K * N], c[M * N], bias[M], d[M * N]; /* a and b as op() has them, by columns */
};

static const struct request plain = { .compute = CUBLAS_COMPUTE_32F,
                                      .operands = CUDA_R_32F,
                                      .epilogue = CUBLASLT_EPILOGUE_DEFAULT,
                                      .workspace_given = WORKSPACE };

static void *device_copy(const void *from, size_t bytes, size_t shift)
{
    void *memory;

    assert_int_equal(cudaMalloc(&memory, bytes + shift), cudaSuccess);
    assert_int_equal(cudaMemcpy((char *)memory + shift, from, bytes, cudaMemcpyHostToDevice), cudaSuccess);
    return (char *)memory + shift;
}

static uint16_t to_bf16(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)(bits >> 16); /* of numbers that are bfloat16 already */
}

/* An operand [rows][columns], transposed and converted as asked for. */
static void *operand(const float *x, int rows, int columns, bool transpose, cudaDataType type, size_t shift)
{
    float turned[K * N > M * K ? K * N : M * K];
    uint16_t narrow[sizeof turned / sizeof *turned];
    size_t count = (size_t)rows * (size_t)columns;

    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            turned[transpose ? i * columns + j : j * rows + i] = x[j * rows + i];
    for (size_t i = 0; i < count; i++)
        narrow[i] = to_bf16(turned[i]);
    return type == CUDA_R_32F ? device_copy(turned, count * sizeof *turned, shift)
                              : device_copy(narrow, count * sizeof *narrow, shift);
}

static cublasLtMatrixLayout_t layout(int rows, int columns, bool transpose, cudaDataType type)
{
    cublasLtMatrixLayout_t out;
    int down = transpose ? columns : rows, across = transpose ? rows : columns;

    assert_int_equal(cublasLtMatrixLayoutCreate(&out, type, (uint64_t)down, (uint64_t)across, down),
                     CUBLAS_STATUS_SUCCESS);
    return out;
}

static void set(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute, const void *value, size_t bytes)
{
    assert_int_equal(cublasLtMatmulDescSetAttribute(desc, attribute, value, bytes), CUBLAS_STATUS_SUCCESS);
}

static cublasLtMatmulDesc_t description(const struct request *r, const void *bias)
{
    cublasLtMatmulDesc_t desc;
    int32_t ta = r->transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, tb = r->transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    uint32_t epilogue = r->epilogue;

    assert_int_equal(cublasLtMatmulDescCreate(&desc, r->compute, CUDA_R_32F), CUBLAS_STATUS_SUCCESS);
    set(desc, CUBLASLT_MATMUL_DESC_TRANSA, &ta, sizeof ta);
    set(desc, CUBLASLT_MATMUL_DESC_TRANSB, &tb, sizeof tb);
    set(desc, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue, sizeof epilogue);
    set(desc, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias);
    return desc;
}

static cublasLtMatmulPreference_t preference(const struct request *r)
{
    static const cublasLtMatmulPreferenceAttributes_t alignments[] = {
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
    };
    cublasLtMatmulPreference_t out;
    uint64_t workspace = WORKSPACE;

    assert_int_equal(cublasLtMatmulPreferenceCreate(&out), CUBLAS_STATUS_SUCCESS);
    assert_int_equal(cublasLtMatmulPreferenceSetAttribute(out, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace,
                                                          sizeof workspace),
                     CUBLAS_STATUS_SUCCESS);
    for (size_t i = 0; r->promised && i < sizeof alignments / sizeof *alignments; i++)
        assert_int_equal(
            cublasLtMatmulPreferenceSetAttribute(out, alignments[i], &r->promised, sizeof r->promised),
            CUBLAS_STATUS_SUCCESS);
    return out;
}

/* Small whole numbers, which are exact in every precision. */
static void draw(struct parts *p, uint64_t seed)
{
    struct chance r = { .seed = seed };
    float *x = (float *)p;

    for (size_t i = 0; i < sizeof *p / sizeof(float); i++)
        x[i] = (float)chance_int(&r, -8, 8);
}

static cublasStatus_t multiply(const struct request *r, struct parts *p)
{
    void *a = operand(p->a, M, K, r->transpose_a, r->operands, r->shift);
    void *b = operand(p->b, K, N, r->transpose_b, r->operands, 0);
    void *c = device_copy(p->c, sizeof p->c, 0), *bias = device_copy(p->bias, sizeof p->bias, 0), *workspace;
    cublasLtMatrixLayout_t la = layout(M, K, r->transpose_a, r->operands);
    cublasLtMatrixLayout_t lb = layout(K, N, r->transpose_b, r->operands);
    cublasLtMatrixLayout_t ld = layout(M, N, false, CUDA_R_32F);
    cublasLtMatmulDesc_t desc = description(r, bias);
    cublasLtMatmulPreference_t how = preference(r);
    cublasLtMatmulHeuristicResult_t result;
    cublasLtHandle_t handle;
    const float alpha = 1.0F;
    int found;

    assert_int_equal(cudaMalloc(&workspace, WORKSPACE), cudaSuccess);
    assert_int_equal(cublasLtCreate(&handle), CUBLAS_STATUS_SUCCESS);
    cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(handle, desc, la, lb, ld, ld, how, 1, &result, &found);

    if (status == CUBLAS_STATUS_SUCCESS)
        status = cublasLtMatmul(handle, desc, &alpha, a, la, b, lb, &r->beta, c, ld, c, ld, &result.algo, workspace,
                                r->workspace_given, NULL);
    cudaMemcpy(p->d, c, sizeof p->d, cudaMemcpyDeviceToHost);
    cublasLtMatrixLayoutDestroy(la);
    cublasLtMatrixLayoutDestroy(lb);
    cublasLtMatrixLayoutDestroy(ld);
    cublasLtMatmulDescDestroy(desc);
    cublasLtMatmulPreferenceDestroy(how);
    cublasLtDestroy(handle);
    return status;
}

static float expected(const struct request *r, const struct parts *p, int row, int column)
{
    float sum = r->beta * p->c[column * M + row];

    for (int k = 0; k < K; k++)
        sum += p->a[k * M + row] * p->b[column * K + k];
    if (r->epilogue & CUBLASLT_EPILOGUE_BIAS)
        sum += p->bias[row];
    return (r->epilogue & CUBLASLT_EPILOGUE_RELU) && sum < 0.0F ? 0.0F : sum;
}

static void expect_product(const struct request *r)
{
    struct parts p;

    draw(&p, 1);
    assert_int_equal(multiply(r, &p), CUBLAS_STATUS_SUCCESS);
    for (int row = 0; row < M; row++)
        for (int column = 0; column < N; column++)
            assert_true(p.d[column * M + row] == expected(r, &p, row, column));
}

static void test_products_are_what_cublas_says(void **state)
{
    static const cublasLtEpilogue_t epilogues[] = { CUBLASLT_EPILOGUE_DEFAULT, CUBLASLT_EPILOGUE_RELU,
                                                    CUBLASLT_EPILOGUE_BIAS, CUBLASLT_EPILOGUE_RELU_BIAS };
    static const struct {
        cublasComputeType_t compute;
        cudaDataType operands;
    } precisions[] = { { CUBLAS_COMPUTE_32F, CUDA_R_32F },
                       { CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F },
                       { CUBLAS_COMPUTE_32F, CUDA_R_16BF } };

    (void)state;
    for (int i = 0; i < 96; i++) {
        struct request r = plain;

        r.transpose_a = i & 1;
        r.transpose_b = i & 2;
        r.beta = i & 4 ? 1.0F : 0.0F;
        r.epilogue = epilogues[i / 8 % 4];
        r.compute = precisions[i / 32].compute;
        r.operands = precisions[i / 32].operands;
        expect_product(&r);
    }
}

/* 1 + 2^-12 is a float, and no tf32. */
static void test_tf32_rounds_its_operands(void **state)
{
    struct request r = plain;
    struct parts p = { 0 };

    (void)state;
    for (int i = 0; i < M * K; i++)
        p.a[i] = 1.0F + 0x1p-12F;
    for (int i = 0; i < K * N; i++)
        p.b[i] = 1.0F;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_SUCCESS);
    assert_true(p.d[0] > (float)K);
    r.compute = CUBLAS_COMPUTE_32F_FAST_TF32;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_SUCCESS);
    assert_true(p.d[0] == (float)K);
}

static void test_operands_must_be_aligned_as_promised(void **state)
{
    struct request r = plain;
    struct parts p;

    (void)state;
    draw(&p, 1);
    r.shift = 16;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_INVALID_VALUE); /* the default is 256 */
    r.promised = 32;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_INVALID_VALUE);
    assert_non_null(strstr(on_host_complaint(), "not at the multiple of"));
    r.promised = 16;
    expect_product(&r);
}

static void test_a_workspace_must_be_as_large_as_promised(void **state)
{
    struct request r = plain;
    struct parts p;

    (void)state;
    draw(&p, 1);
    r.workspace_given = 0;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_INVALID_VALUE);
    assert_non_null(strstr(on_host_complaint(), "workspace"));
}

static void test_what_cublas_does_not_support_is_refused(void **state)
{
    struct request r = plain;
    struct parts p;

    (void)state;
    draw(&p, 1);
    r.operands = CUDA_R_16BF;
    r.compute = CUBLAS_COMPUTE_32F_FAST_TF32;
    assert_int_equal(multiply(&r, &p), CUBLAS_STATUS_NOT_SUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHIM_TEST(test_products_are_what_cublas_says),
        SHIM_TEST(test_tf32_rounds_its_operands),
        SHIM_TEST(test_operands_must_be_aligned_as_promised),
        SHIM_TEST(test_a_workspace_must_be_as_large_as_promised),
        SHIM_TEST(test_what_cublas_does_not_support_is_refused),
    };

    return cmocka_run_group_tests_name("cuBLASLt on the host", tests, NULL, NULL);
}
