#include "gpu/core/gpu_product.h"

#include <stdlib.h>
#include <string.h>

#include <cublasLt.h>

#include "base/limits.h"
#include "base/memory.h"
#include "gpu/core/gpu_memory.h"
#include "gpu/core/gpu_operands.h"

/* For cuBLASLt's partial sums: what NVIDIA advises for its largest devices, and a small part of a small device. */
enum { WORKSPACE_BYTES = 32 << 20, WORKSPACE_PART = 256 };

/* All that an algorithm depends on. Keys are compared as bytes, so there is no padding between the members. */
struct key {
    int64_t rows, columns, inner, stride_a, stride_b;
    uint16_t transpose_a, transpose_b;
    uint32_t accumulate, precision, epilogue;
    uint32_t align_a, align_b, align_c, align_bias; /* bytes that the addresses are multiples of */
};
_Static_assert(sizeof(struct key) == 5 * sizeof(int64_t) + 8 * sizeof(uint32_t), "a key has no padding");

/* A product that came before. */
struct known {
    struct key key;
    bool possible;
    cublasLtMatmulDesc_t operation;
    cublasLtMatrixLayout_t a, b, c;
    cublasLtMatmulAlgo_t algorithm;
};

struct gpu_products {
    cublasLtHandle_t library;
    cublasLtMatmulPreference_t preference;
    void *workspace;
    size_t workspace_bytes;
    struct known *known;
    int n_known, room;
};

static bool good(struct gpu *gpu, cublasStatus_t status, const char *doing)
{
    if (gpu->error.kind != ERROR_NONE || status == CUBLAS_STATUS_SUCCESS)
        return gpu->error.kind == ERROR_NONE;
    return gpu_still_works(gpu, doing) &&
           error_set(&gpu->error, ERROR_DEVICE, "cuda:%d failed while %s: %s (cuBLASLt)", gpu->device, doing,
                     cublasLtGetStatusString(status));
}

/* The parts of a split sum must be added in a fixed order, in a pass of their own: "in place" they are added as they
 * become ready. */
static bool prefer(struct gpu *gpu, cublasLtMatmulPreference_t preference, uint64_t workspace_bytes)
{
    const uint32_t reduction = CUBLASLT_REDUCTION_SCHEME_NONE | CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE;
    const char *doing = "setting up matrix products";

    return good(gpu,
                cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                     &workspace_bytes, sizeof workspace_bytes),
                doing) &&
           good(gpu,
                cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, &reduction,
                                                     sizeof reduction),
                doing);
}

bool gpu_products_open(struct gpu *gpu)
{
    struct gpu_products *products = memory_new(1, sizeof *products, &gpu->error);

    if (!products)
        return false;
    gpu->products = products;
    products->workspace_bytes = size_min(gpu->memory / WORKSPACE_PART, WORKSPACE_BYTES);
    products->workspace = gpu_memory_new(gpu, products->workspace_bytes, "matrix products");
    return products->workspace && good(gpu, cublasLtCreate(&products->library), "opening cuBLASLt") &&
           good(gpu, cublasLtMatmulPreferenceCreate(&products->preference), "opening cuBLASLt") &&
           prefer(gpu, products->preference, products->workspace_bytes);
}

static void forget(struct known *known)
{
    if (known->operation)
        cublasLtMatmulDescDestroy(known->operation);
    if (known->a)
        cublasLtMatrixLayoutDestroy(known->a);
    if (known->b)
        cublasLtMatrixLayoutDestroy(known->b);
    if (known->c)
        cublasLtMatrixLayoutDestroy(known->c);
}

void gpu_products_close(struct gpu *gpu)
{
    struct gpu_products *products = gpu->products;

    if (!products)
        return;
    for (int i = 0; i < products->n_known; i++)
        forget(&products->known[i]);
    free(products->known);
    gpu_memory_free(gpu, products->workspace);
    if (products->preference)
        cublasLtMatmulPreferenceDestroy(products->preference);
    if (products->library)
        cublasLtDestroy(products->library);
    free(products);
    gpu->products = NULL;
}

int64_t gpu_product_stride(enum precision precision, int64_t columns)
{
    const int64_t elements = 16 / (precision == PRECISION_BF16 ? (int64_t)sizeof(uint16_t) : (int64_t)sizeof(float));

    return int64_round_up(columns, elements);
}

static uint32_t alignment_of(const void *address)
{
    uintptr_t bits = (uintptr_t)address | GPU_ALIGNMENT;

    return (uint32_t)(bits & -bits);
}

static uint32_t epilogue_of(const struct gpu_product *p)
{
    if (p->bias)
        return p->relu ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_BIAS;
    return p->relu ? CUBLASLT_EPILOGUE_RELU : CUBLASLT_EPILOGUE_DEFAULT;
}

static int64_t stride_or(int64_t stride, int64_t columns)
{
    return stride ? stride : columns;
}

static struct key key_of(const struct gpu_product *p, const void *a, const void *b, const void *c)
{
    return (struct key){ .rows = p->rows,
                         .columns = p->columns,
                         .inner = p->inner,
                         .stride_a = stride_or(p->stride_a, p->transpose_a ? p->rows : p->inner),
                         .stride_b = stride_or(p->stride_b, p->transpose_b ? p->inner : p->columns),
                         .transpose_a = p->transpose_a,
                         .transpose_b = p->transpose_b,
                         .accumulate = p->accumulate,
                         .precision = (uint32_t)p->precision,
                         .epilogue = epilogue_of(p),
                         .align_a = alignment_of(a),
                         .align_b = alignment_of(b),
                         .align_c = alignment_of(c),
                         .align_bias = alignment_of(p->bias) };
}

/* A row-major matrix, described as column-major: its rows are the columns. */
static bool describe_matrix(struct gpu *gpu, cublasLtMatrixLayout_t *out, cudaDataType_t type, int64_t rows,
                            int64_t columns, int64_t stride)
{
    return good(gpu, cublasLtMatrixLayoutCreate(out, type, (uint64_t)columns, (uint64_t)rows, stride),
                "describing a matrix");
}

static bool set_operation(struct gpu *gpu, cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute,
                          const void *what, size_t bytes)
{
    return good(gpu, cublasLtMatmulDescSetAttribute(operation, attribute, what, bytes), "describing a matrix product");
}

/* cT = bT aT: cuBLASLt's first operand is b. */
static bool describe_product(struct gpu *gpu, struct known *known)
{
    const struct key *key = &known->key;
    const int32_t first = key->transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    const int32_t second = key->transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N;
    const cudaDataType_t type = key->precision == PRECISION_BF16 ? CUDA_R_16BF : CUDA_R_32F;
    const cublasComputeType_t compute =
        key->precision == PRECISION_TF32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;

    return good(gpu, cublasLtMatmulDescCreate(&known->operation, compute, CUDA_R_32F), "describing a matrix product") &&
           set_operation(gpu, known->operation, CUBLASLT_MATMUL_DESC_TRANSA, &first, sizeof first) &&
           set_operation(gpu, known->operation, CUBLASLT_MATMUL_DESC_TRANSB, &second, sizeof second) &&
           set_operation(gpu, known->operation, CUBLASLT_MATMUL_DESC_EPILOGUE, &key->epilogue, sizeof key->epilogue) &&
           describe_matrix(gpu, &known->a, type, key->transpose_a ? key->inner : key->rows,
                           key->transpose_a ? key->rows : key->inner, key->stride_a) &&
           describe_matrix(gpu, &known->b, type, key->transpose_b ? key->columns : key->inner,
                           key->transpose_b ? key->inner : key->columns, key->stride_b) &&
           describe_matrix(gpu, &known->c, CUDA_R_32F, key->rows, key->columns, key->columns);
}

static bool promise_alignments(struct gpu *gpu, const struct key *key)
{
    const struct {
        cublasLtMatmulPreferenceAttributes_t attribute;
        uint32_t bytes;
    } promises[] = {
        { CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, key->align_b },
        { CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, key->align_a },
        { CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, key->align_c },
        { CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, key->align_c },
    };

    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
        if (!good(gpu,
                  cublasLtMatmulPreferenceSetAttribute(gpu->products->preference, promises[i].attribute,
                                                       &promises[i].bytes, sizeof promises[i].bytes),
                  "describing a matrix product"))
            return false;
    return true;
}

static bool set_bias(struct gpu *gpu, const struct known *known, const float *bias)
{
    return !bias || set_operation(gpu, known->operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias);
}

/* To have no algorithm for a product is no failure yet. The bias differs from layer to layer, but is set before an
 * algorithm is asked for: its address tells cuBLASLt its alignment (CUBLASLT_MATMUL_DESC_BIAS_POINTER). */
static void choose(struct gpu *gpu, struct known *known, const float *bias)
{
    struct gpu_products *products = gpu->products;
    cublasLtMatmulHeuristicResult_t result;
    int found = 0;

    if (!describe_product(gpu, known) || !set_bias(gpu, known, bias) || !promise_alignments(gpu, &known->key))
        return;
    known->possible = cublasLtMatmulAlgoGetHeuristic(products->library, known->operation, known->b, known->a, known->c,
                                                     known->c, products->preference, 1, &result,
                                                     &found) == CUBLAS_STATUS_SUCCESS &&
                      found > 0 && result.state == CUBLAS_STATUS_SUCCESS;
    if (known->possible)
        known->algorithm = result.algo;
}

/* NULL with the sticky error. */
static struct known *new_known(struct gpu *gpu)
{
    struct gpu_products *products = gpu->products;

    if (products->n_known == products->room) {
        int room = products->room ? 2 * products->room : 32;
        struct known *more = realloc(products->known, (size_t)room * sizeof *more);

        if (!more) {
            error_set(&gpu->error, ERROR_MEMORY, "no memory for matrix products on the GPU");
            return NULL;
        }
        products->known = more;
        products->room = room;
    }
    return &products->known[products->n_known++];
}

/* Valid until find() is called again; NULL with the sticky error. */
static struct known *find(struct gpu *gpu, const struct gpu_product *p, const void *a, const void *b, const float *c)
{
    struct gpu_products *products = gpu->products;
    const struct key key = key_of(p, a, b, c);
    struct known *known;

    for (int i = 0; i < products->n_known; i++)
        if (!memcmp(&products->known[i].key, &key, sizeof key))
            return &products->known[i];
    known = new_known(gpu);
    if (!known)
        return NULL;
    *known = (struct known){ .key = key };
    choose(gpu, known, p->bias);
    return gpu->error.kind == ERROR_NONE ? known : NULL;
}

/* Drops bias and ReLU from `p` where cuBLASLt has the product only without them. */
static struct known *find_fused_or_bare(struct gpu *gpu, struct gpu_product *p, const void *a, const void *b,
                                        const float *c)
{
    struct known *known = find(gpu, p, a, b, c);

    if (!known || known->possible || epilogue_of(p) == CUBLASLT_EPILOGUE_DEFAULT)
        return known;
    p->bias = NULL;
    p->relu = false;
    return find(gpu, p, a, b, c);
}

enum precision gpu_product_precision(struct gpu *gpu, const struct gpu_product *p, const float *c)
{
    struct gpu_product asked = *p;
    const void *aligned = NULL;
    struct known *known;

    if (gpu->error.kind != ERROR_NONE || p->precision != PRECISION_BF16)
        return p->precision;
    known = find_fused_or_bare(gpu, &asked, aligned, aligned, c);
    return known && !known->possible ? PRECISION_FP32 : p->precision;
}

/* Drops TF32 from `p` as well where cuBLASLt has the product only in full floats. */
static struct known *find_possible(struct gpu *gpu, struct gpu_product *p, const void *a, const void *b, const float *c)
{
    const struct gpu_product wanted = *p;
    struct known *known = find_fused_or_bare(gpu, p, a, b, c);

    if (known && !known->possible && wanted.precision == PRECISION_TF32) {
        *p = wanted;
        p->precision = PRECISION_FP32;
        known = find_fused_or_bare(gpu, p, a, b, c);
    }
    if (!known || known->possible)
        return known;
    error_set(&gpu->error, ERROR_DEVICE, "cuBLASLt knows no way to multiply %lld × %lld by %lld × %lld on cuda:%d",
              (long long)p->rows, (long long)p->inner, (long long)p->inner, (long long)p->columns, gpu->device);
    return NULL;
}

void gpu_product(struct gpu *gpu, const struct gpu_product *p, const void *a, const void *b, float *c)
{
    const float one = 1.0f, old = p->accumulate ? 1.0f : 0.0f;
    struct gpu_products *products = gpu->products;
    struct gpu_product asked = *p;
    struct known *known = gpu->error.kind == ERROR_NONE ? find_possible(gpu, &asked, a, b, c) : NULL;

    if (!known || !set_bias(gpu, known, asked.bias))
        return;
    good(gpu,
         cublasLtMatmul(products->library, known->operation, &one, b, known->b, a, known->a, &old, c, known->c, c,
                        known->c, &known->algorithm, products->workspace, products->workspace_bytes, gpu->stream),
         "multiplying matrices");
    if (epilogue_of(&asked) != epilogue_of(p))
        gpu_operands_add_bias(gpu, c, PRECISION_FP32, p->rows, p->columns, p->bias, p->relu, c);
}
