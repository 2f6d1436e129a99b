/* cuBLASLt's descriptors: created, filled by attributes of fixed sizes, destroyed. */
#include "tests/cuda_on_host/cublas.h"

#include <atomic>
#include <cstring>

namespace
{
std::atomic<int> alive;

struct attribute {
    int number;
    size_t offset, bytes;
};

#define ATTRIBUTE(number, type, member) { number, offsetof(type, member), sizeof(type::member) }

const attribute desc_attributes[] = {
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_COMPUTE_TYPE, cublasLtMatmulDescOpaque, compute),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_SCALE_TYPE, cublasLtMatmulDescOpaque, scale),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_POINTER_MODE, cublasLtMatmulDescOpaque, pointer_mode),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_TRANSA, cublasLtMatmulDescOpaque, transpose_a),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_TRANSB, cublasLtMatmulDescOpaque, transpose_b),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_EPILOGUE, cublasLtMatmulDescOpaque, epilogue),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_BIAS_POINTER, cublasLtMatmulDescOpaque, bias),
    ATTRIBUTE(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, cublasLtMatmulDescOpaque, bias_type),
};

const attribute layout_attributes[] = {
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_TYPE, cublasLtMatrixLayoutOpaque, type),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_ORDER, cublasLtMatrixLayoutOpaque, order),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_ROWS, cublasLtMatrixLayoutOpaque, rows),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_COLS, cublasLtMatrixLayoutOpaque, columns),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_LD, cublasLtMatrixLayoutOpaque, leading),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, cublasLtMatrixLayoutOpaque, batch),
    ATTRIBUTE(CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, cublasLtMatrixLayoutOpaque, batch_stride),
};

const attribute preference_attributes[] = {
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_SEARCH_MODE, cublasLtMatmulPreferenceOpaque, search_mode),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, cublasLtMatmulPreferenceOpaque, workspace),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, cublasLtMatmulPreferenceOpaque, reductions),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, cublasLtMatmulPreferenceOpaque, alignment_a),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, cublasLtMatmulPreferenceOpaque, alignment_b),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, cublasLtMatmulPreferenceOpaque, alignment_c),
    ATTRIBUTE(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, cublasLtMatmulPreferenceOpaque, alignment_d),
};

template <size_t N>
cublasStatus_t set_attribute(const attribute (&known)[N], void *object, int number, const void *value, size_t bytes)
{
    if (!object || !value)
        return CUBLAS_STATUS_INVALID_VALUE;
    for (const attribute &a : known)
        if (a.number == number && a.bytes == bytes) {
            memcpy(static_cast<char *>(object) + a.offset, value, bytes);
            return CUBLAS_STATUS_SUCCESS;
        }
    return CUBLAS_STATUS_INVALID_VALUE;
}

template <typename T> cublasStatus_t create(T **out, T value)
{
    *out = new T(value);
    alive++;
    return CUBLAS_STATUS_SUCCESS;
}

template <typename T> cublasStatus_t destroy(T *object)
{
    if (!object)
        return CUBLAS_STATUS_INVALID_VALUE;
    delete object;
    alive--;
    return CUBLAS_STATUS_SUCCESS;
}
}

struct cublasLtContext {
    int device;
};

int on_host::cublas_alive()
{
    return alive;
}

cublasStatus_t cublasLtCreate(cublasLtHandle_t *handle)
{
    int device;

    if (cudaGetDeviceCount(&device) != cudaSuccess || cudaGetDevice(&device) != cudaSuccess)
        return CUBLAS_STATUS_NOT_INITIALIZED;
    return create(handle, cublasLtContext{ device });
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle)
{
    return destroy(handle);
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *desc, cublasComputeType_t compute, cudaDataType_t scale)
{
    return create(desc, cublasLtMatmulDescOpaque{ compute, scale, 0, CUBLAS_OP_N, CUBLAS_OP_N,
                                                  CUBLASLT_EPILOGUE_DEFAULT, nullptr, -1 });
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc)
{
    return destroy(desc);
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute,
                                              const void *value, size_t bytes)
{
    return set_attribute(desc_attributes, desc, attribute, value, bytes);
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType type, uint64_t rows,
                                          uint64_t columns, int64_t leading)
{
    return create(layout, cublasLtMatrixLayoutOpaque{ (uint32_t)type, 0, rows, columns, leading, 1, 0 });
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout)
{
    return destroy(layout);
}

cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t attribute, const void *value,
                                                size_t bytes)
{
    return set_attribute(layout_attributes, layout, attribute, value, bytes);
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *preference)
{
    return create(preference,
                  cublasLtMatmulPreferenceOpaque{ 0, 0, CUBLASLT_REDUCTION_SCHEME_MASK, 256, 256, 256, 256 });
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference)
{
    return destroy(preference);
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute, const void *value,
                                                    size_t bytes)
{
    return set_attribute(preference_attributes, preference, attribute, value, bytes);
}
