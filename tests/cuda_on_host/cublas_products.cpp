/* cuBLASLt's products, by CBLAS. The caller must keep what was promised when the algorithm was chosen. */
#include "tests/cuda_on_host/cublas.h"

#include <cstring>
#include <mutex>

#include <cblas.h>

#include "tests/cuda_on_host/chance.h"
#include "tests/cuda_on_host/on_host.h"
#include "tests/cuda_on_host/runtime.h"

namespace
{
using namespace on_host;
using layout = cublasLtMatrixLayoutOpaque;
using product = cublasLtMatmulDescOpaque;

constexpr uint64_t WORKSPACE_WANTED = 4096, WORKSPACE_ALIGNMENT = 256;

/* What an algorithm was chosen for; the caller keeps it as a cublasLtMatmulAlgo_t. */
struct choice {
    uint64_t shape; /* digest */
    uint64_t workspace;
    uint32_t alignment_a, alignment_b, alignment_c, alignment_d, alignment_bias;
};
static_assert(sizeof(choice) <= sizeof(cublasLtMatmulAlgo_t), "fits");

/* FNV-1a, 64 bits. */
uint64_t digest(std::initializer_list<uint64_t> values)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (uint64_t value : values)
        hash = (hash ^ value) * 0x100000001b3;
    return hash;
}

/* A digest of all that an algorithm depends on, but for alignments. */
uint64_t shape_of(const product &p, const layout &a, const layout &b, const layout &d)
{
    return digest({ (uint64_t)p.compute, (uint64_t)p.transpose_a, (uint64_t)p.transpose_b, p.epilogue, a.type, b.type,
                    d.type, a.rows, a.columns, (uint64_t)a.leading, b.rows, b.columns, (uint64_t)b.leading, d.rows,
                    d.columns, (uint64_t)d.leading });
}

bool sound(const layout &l)
{
    return l.rows > 0 && l.columns > 0 && l.leading >= (int64_t)l.rows;
}

bool known_types(const product &p, const layout &a, const layout &b, const layout &c, const layout &d)
{
    bool floats = a.type == CUDA_R_32F &&
                  (p.compute == CUBLAS_COMPUTE_32F || p.compute == CUBLAS_COMPUTE_32F_PEDANTIC ||
                   p.compute == CUBLAS_COMPUTE_32F_FAST_TF32);
    bool halves = a.type == CUDA_R_16BF && p.compute == CUBLAS_COMPUTE_32F;

    return (floats || halves) && a.type == b.type && c.type == CUDA_R_32F && d.type == CUDA_R_32F &&
           p.scale == CUDA_R_32F && (p.bias_type == -1 || p.bias_type == CUDA_R_32F);
}

cublasStatus_t check(const product *p, const layout *a, const layout *b, const layout *c, const layout *d)
{
    if (!p || !a || !b || !c || !d || !sound(*a) || !sound(*b) || !sound(*c) || !sound(*d))
        return CUBLAS_STATUS_INVALID_VALUE;
    if (!known_types(*p, *a, *b, *c, *d) || p->pointer_mode || a->order || b->order || c->order || d->order ||
        a->batch != 1 || b->batch != 1 || c->batch != 1 || d->batch != 1 ||
        (p->epilogue & ~(uint32_t)CUBLASLT_EPILOGUE_RELU_BIAS & ~(uint32_t)CUBLASLT_EPILOGUE_DEFAULT))
        return CUBLAS_STATUS_NOT_SUPPORTED;
    uint64_t m = p->transpose_a ? a->columns : a->rows, k = p->transpose_a ? a->rows : a->columns;
    uint64_t n = p->transpose_b ? b->rows : b->columns, inner = p->transpose_b ? b->columns : b->rows;

    bool fit = k == inner && d->rows == m && d->columns == n && c->rows == m && c->columns == n;

    return fit ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

/* What another device, or another cuBLASLt, may have no algorithm for. */
bool refused(const product &p, const layout &a)
{
    return ((set.refused_products & ON_HOST_PRODUCTS_OF_HALVES) && a.type == CUDA_R_16BF) ||
           ((set.refused_products & ON_HOST_PRODUCTS_IN_TF32) && p.compute == CUBLAS_COMPUTE_32F_FAST_TF32) ||
           ((set.refused_products & ON_HOST_PRODUCTS_WITH_EPILOGUES) && p.epilogue != CUBLASLT_EPILOGUE_DEFAULT);
}

bool aligned(const void *p, uint64_t bytes)
{
    return p && (uintptr_t)p % bytes == 0;
}

bool has_bias(const product &p)
{
    return p.epilogue & CUBLASLT_EPILOGUE_BIAS;
}

uint32_t bias_alignment(const product &p)
{
    uintptr_t bits = (uintptr_t)p.bias | 256;

    return has_bias(p) ? (uint32_t)(bits & -bits) : 1;
}

/* Whether the caller keeps its promises to an algorithm. */
cublasStatus_t check_promises(const choice &chosen, const product &p, const void *a, const void *b, const void *c,
                              const void *d, const void *workspace, size_t workspace_bytes)
{
    if (has_bias(p) && !aligned(p.bias, chosen.alignment_bias)) {
        complain("a product's bias is not at the multiple of %u bytes at which it lay when its algorithm was chosen",
                 chosen.alignment_bias);
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    if (!aligned(a, chosen.alignment_a) || !aligned(b, chosen.alignment_b) || !aligned(c, chosen.alignment_c) ||
        !aligned(d, chosen.alignment_d)) {
        complain("a product's operand is not at the multiple of %u, %u, %u, %u bytes that its algorithm was chosen for",
                 chosen.alignment_a, chosen.alignment_b, chosen.alignment_c, chosen.alignment_d);
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    if (chosen.workspace > workspace_bytes || (chosen.workspace && !aligned(workspace, WORKSPACE_ALIGNMENT))) {
        complain("a product lacks the workspace that its algorithm was chosen for");
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    return CUBLAS_STATUS_SUCCESS;
}

size_t extent(const layout &l)
{
    size_t element = l.type == CUDA_R_16BF ? 2 : 4;

    return ((size_t)l.leading * (l.columns - 1) + l.rows) * element;
}

/* To the 10 bits of mantissa that tensor cores read of a float: the others are cut off, or the number is rounded first,
 * to the nearest, halves away from zero. */
float to_tf32(float x, bool cut)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7f800000) != 0x7f800000)
        bits = (bits + (cut ? 0 : 0x1000)) & ~(uint32_t)0x1fff;
    memcpy(&x, &bits, sizeof x);
    return x;
}

float from_bf16(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* An operand, rounded as the hardware rounds it. */
const float *operand(const layout &l, const void *memory, int compute, bool cut, std::vector<float> &copy)
{
    size_t count = (size_t)l.leading * (l.columns - 1) + l.rows;

    if (l.type == CUDA_R_32F && compute != CUBLAS_COMPUTE_32F_FAST_TF32)
        return static_cast<const float *>(memory);
    copy.resize(count);
    for (size_t column = 0; column < l.columns; column++)
        for (size_t i = column * (size_t)l.leading, end = i + l.rows; i < end; i++)
            copy[i] = l.type == CUDA_R_16BF ? from_bf16(static_cast<const uint16_t *>(memory)[i])
                                            : to_tf32(static_cast<const float *>(memory)[i], cut);
    return copy.data();
}

void finish(const product &p, const layout &l, float *d)
{
    const float *bias = has_bias(p) ? static_cast<const float *>(p.bias) : nullptr;

    for (size_t column = 0; column < l.columns; column++)
        for (size_t row = 0; row < l.rows; row++) {
            float *x = &d[column * (size_t)l.leading + row];

            *x += bias ? bias[row] : 0.0F;
            if (p.epilogue & CUBLASLT_EPILOGUE_RELU)
                *x = *x > 0.0F ? *x : 0.0F;
        }
}

/* Products are small, and many a step: a team of OpenBLAS's would spin between them, on cores that others need. Where
 * OpenBLAS is built with OpenMP, the number is the calling thread's own; else the call is not for two at once. */
void stay_on_this_thread()
{
    static std::mutex one;
    static thread_local bool stays = false;

    if (stays)
        return;
    std::lock_guard<std::mutex> alone(one);
    openblas_set_num_threads(1);
    stays = true;
}

struct request {
    product p;
    layout la, lb, lc, ld;
    const void *a, *b;
    const float *c;
    float *d;
    float alpha, beta;
    bool cut; /* floats for TF32, as some algorithms do */
    void *workspace;
    size_t workspace_bytes;
    int device;
};

void multiply(const request &r)
{
    std::vector<float> copy_a, copy_b;
    const CBLAS_TRANSPOSE ta = r.p.transpose_a ? CblasTrans : CblasNoTrans;
    const CBLAS_TRANSPOSE tb = r.p.transpose_b ? CblasTrans : CblasNoTrans;
    uint64_t inner = r.p.transpose_a ? r.la.rows : r.la.columns;
    bool bias = has_bias(r.p);

    if (device_of(r.device).broken != cudaSuccess)
        return;
    if (!on_device(r.a, extent(r.la)) || !on_device(r.b, extent(r.lb)) || !on_device(r.d, extent(r.ld)) ||
        (r.beta != 0.0F && !on_device(r.c, extent(r.lc))) ||
        (bias && !on_device(r.p.bias, r.ld.rows * sizeof(float))) ||
        (r.workspace_bytes && !on_device(r.workspace, r.workspace_bytes))) {
        complain("a product reaches past its operands' memory");
        device_of(r.device).broken = cudaErrorIllegalAddress;
        return;
    }
    pass_time(1e-3);
    if (r.workspace_bytes)
        memset(r.workspace, 0xff, r.workspace_bytes);
    if (r.beta != 0.0F && r.c != r.d)
        for (size_t column = 0; column < r.ld.columns; column++)
            memcpy(r.d + column * (size_t)r.ld.leading, r.c + column * (size_t)r.lc.leading,
                   r.ld.rows * sizeof(float));
    stay_on_this_thread();
    cblas_sgemm(CblasColMajor, ta, tb, (blasint)r.ld.rows, (blasint)r.ld.columns, (blasint)inner, r.alpha,
                operand(r.la, r.a, r.p.compute, r.cut, copy_a), (blasint)r.la.leading,
                operand(r.lb, r.b, r.p.compute, r.cut, copy_b), (blasint)r.lb.leading, r.beta, r.d,
                (blasint)r.ld.leading);
    finish(r.p, r.ld, r.d);
}
}

const char *cublasLtGetStatusName(cublasStatus_t status)
{
    static const struct {
        cublasStatus_t status;
        const char *name;
    } names[] = {
#define CUBLAS_STATUS(name, number) { name, #name },
        CUBLAS_STATUSES(CUBLAS_STATUS)
#undef CUBLAS_STATUS
    };

    for (const auto &row : names)
        if (row.status == status)
            return row.name;
    return "unknown";
}

const char *cublasLtGetStatusString(cublasStatus_t status)
{
    return cublasLtGetStatusName(status);
}

size_t cublasLtGetVersion(void)
{
    return 130000;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int wanted,
                                              cublasLtMatmulHeuristicResult_t results[], int *found)
{
    /* cuBLASLt's documentation has both for "there is no algorithm". */
    static const cublasStatus_t refusals[] = { CUBLAS_STATUS_NOT_SUPPORTED, CUBLAS_STATUS_SUCCESS };
    locked guard;
    cublasStatus_t status = check(desc, a, b, c, d);

    *found = 0;
    if (!handle || !preference || wanted < 1 || (desc && has_bias(*desc) && !desc->bias))
        return CUBLAS_STATUS_INVALID_VALUE;
    if (status != CUBLAS_STATUS_SUCCESS)
        return status;
    if (refused(*desc, *a))
        return refusals[dice.below(2)];
    choice chosen = { shape_of(*desc, *a, *b, *d),
                      std::min(preference->workspace, WORKSPACE_WANTED),
                      preference->alignment_a,
                      preference->alignment_b,
                      preference->alignment_c,
                      preference->alignment_d,
                      bias_alignment(*desc) };

    results[0] = {};
    memcpy(&results[0].algo, &chosen, sizeof chosen);
    results[0].workspaceSize = chosen.workspace;
    results[0].wavesCount = 1.0F;
    *found = 1;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void *alpha, const void *a,
                              cublasLtMatrixLayout_t a_layout, const void *b, cublasLtMatrixLayout_t b_layout,
                              const void *beta, const void *c, cublasLtMatrixLayout_t c_layout, void *d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t *algo, void *workspace,
                              size_t workspace_bytes, cudaStream_t stream)
{
    locked guard;
    cublasStatus_t status = check(desc, a_layout, b_layout, c_layout, d_layout);
    choice chosen;

    if (!handle || !algo || !alpha || !beta)
        return CUBLAS_STATUS_INVALID_VALUE;
    if (status != CUBLAS_STATUS_SUCCESS)
        return status;
    memcpy(&chosen, algo, sizeof chosen);
    if (chosen.shape != shape_of(*desc, *a_layout, *b_layout, *d_layout)) {
        complain("a product's algorithm was chosen for another shape");
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    if (has_bias(*desc) && !desc->bias)
        return CUBLAS_STATUS_INVALID_VALUE;
    status = check_promises(chosen, *desc, a, b, c, d, workspace, workspace_bytes);
    if (status != CUBLAS_STATUS_SUCCESS)
        return status;
    request r = { *desc, *a_layout, *b_layout, *c_layout, *d_layout, a, b, static_cast<const float *>(c),
                  static_cast<float *>(d), *static_cast<const float *>(alpha), *static_cast<const float *>(beta),
                  chosen.shape % 2 != 0, workspace, (size_t)chosen.workspace, current_device() };

    return enqueue(stream, [r] { multiply(r); }) == cudaSuccess ? CUBLAS_STATUS_SUCCESS
                                                                : CUBLAS_STATUS_EXECUTION_FAILED;
}
