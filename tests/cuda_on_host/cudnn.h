/* What cuDNN's descriptors hold. */
#ifndef CUDA_ON_HOST_CUDNN_H
#define CUDA_ON_HOST_CUDNN_H

#include <cstring>
#include <map>
#include <vector>

#include <cudnn_graph.h>

namespace on_host
{
struct attribute {
    cudnnBackendAttributeType_t type;
    int64_t count;
    std::vector<unsigned char> bytes;
};

struct descriptor {
    cudnnBackendDescriptorType_t type;
    bool finished = false;
    int engine = 0; /* of engines, their configurations and plans: which of the ENGINES */
    std::map<cudnnBackendAttributeName_t, attribute> attributes;

    template <typename T> T get(cudnnBackendAttributeName_t name, size_t i = 0) const
    {
        T element;

        memcpy(&element, attributes.at(name).bytes.data() + i * sizeof element, sizeof element);
        return element;
    }

    const descriptor &refers(cudnnBackendAttributeName_t name) const
    {
        return *static_cast<const descriptor *>(get<cudnnBackendDescriptor_t>(name));
    }
};

/* What the heuristics propose, in this order: whoever takes one that gives other bits every time is told so, and one
 * that rounds does so. */
enum { FICKLE, ROUNDING, FAITHFUL, ENGINES };

/* --- cudnn_convolution.cpp --- */

constexpr int64_t CUDNN_WORKSPACE = 4096;

/* A convolution's operation, its sizes in accord with each other? */
bool sound(const descriptor &operation);
cudnnStatus_t convolve(cudaStream_t stream, const descriptor &operation, const descriptor &pack,
                       bool rounds);

/* --- cudnn_descriptors.cpp --- */

int cudnn_alive();
}

#endif
