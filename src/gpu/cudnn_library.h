/* cuDNN's graph API, opened at run time: nothing is linked to it, and where it is not there nothing is said.
 * CUVETTE_CUDNN=0 leaves it alone. */
#ifndef GPU_CUDNN_LIBRARY_H
#define GPU_CUDNN_LIBRARY_H

/* For the sources that speak to it; the others need no header of cuDNN's. */
#if defined __has_include
#if __has_include(<cudnn_graph.h>)
#define GPU_CUDNN

#include <cudnn_graph.h>

#define CUDNN_FUNCTIONS(X) \
    X(cudnnCreate) \
    X(cudnnDestroy) \
    X(cudnnSetStream) \
    X(cudnnBackendCreateDescriptor) \
    X(cudnnBackendDestroyDescriptor) \
    X(cudnnBackendSetAttribute) \
    X(cudnnBackendGetAttribute) \
    X(cudnnBackendFinalize) \
    X(cudnnBackendExecute)

struct cudnn_library {
#define CUDNN_FUNCTION(name) __typeof__(name) *name;
    CUDNN_FUNCTIONS(CUDNN_FUNCTION)
#undef CUDNN_FUNCTION
};

/* The same for the whole process; NULL where it is not there. */
const struct cudnn_library *cudnn_library(void);

#endif
#endif

#endif
