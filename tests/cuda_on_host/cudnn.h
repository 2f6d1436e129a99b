/* What cuDNN's descriptors hold. */
#ifndef CUDA_ON_HOST_CUDNN_H
#define CUDA_ON_HOST_CUDNN_H

#include <cstring>
#include <map>
#include <vector>

#include <cuda_runtime_api.h>

#include "gpu/cudnn/cudnn_calls.h"

extern "C" {
#define CUDNN_CALL(name, result, arguments) result name arguments;
CUDNN_CALLS(CUDNN_CALL)
#undef CUDNN_CALL
}

namespace on_host
{
/* What its functions return. */
constexpr unsigned DONE = CUDNN_OK, NOT_STARTED = 1001, BAD_ARGUMENT = 2000, NOT_EXECUTED = 5000;

struct attribute {
    cudnn_type type;
    int64_t count;
    std::vector<unsigned char> bytes;
};

struct descriptor {
    cudnn_kind type;
    bool finished = false;
    int engine = 0; /* of an engine, a proposal or a plan: which of the ENGINES */
    std::map<cudnn_attribute, attribute> attributes;

    template <typename T> T get(cudnn_attribute name, size_t i = 0) const
    {
        T element;

        memcpy(&element, attributes.at(name).bytes.data() + i * sizeof element, sizeof element);
        return element;
    }

    const descriptor &refers(cudnn_attribute name) const
    {
        return *static_cast<const descriptor *>(get<cudnn_descriptor>(name));
    }
};

/* What the heuristics propose, in this order. The first claims to give other bits every time, and its use is a
 * complaint; the second rounds floats. */
enum { UNREPEATABLE, ROUNDING, EXACT, ENGINES };

/* --- cudnn_convolution.cpp --- */

constexpr int64_t CUDNN_WORKSPACE = 4096;

/* Whether the sizes of a convolution's operation agree with each other. */
bool sound(const descriptor &operation);
/* Whether all three tensors have one type; for others there are no proposals. */
bool is_of_one_type(const descriptor &operation);
unsigned convolve(cudaStream_t stream, const descriptor &operation, const descriptor &pack, bool rounds);

/* --- cudnn_descriptors.cpp --- */

int cudnn_alive();
}

#endif
