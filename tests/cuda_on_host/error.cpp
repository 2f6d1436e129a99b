#include <cuda_runtime_api.h>

namespace
{
const struct {
    cudaError_t number;
    const char *name, *text;
} errors[] = {
#define CUDA_ERROR(name, number, text) { name, #name, text },
    CUDA_ERRORS(CUDA_ERROR)
#undef CUDA_ERROR
};
}

const char *cudaGetErrorName(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.number == error)
            return row.name;
    return "unrecognized error code";
}

const char *cudaGetErrorString(cudaError_t error)
{
    for (const auto &row : errors)
        if (row.number == error)
            return row.text;
    return "unrecognized error code";
}
