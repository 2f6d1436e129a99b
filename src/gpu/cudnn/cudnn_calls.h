/* The part of cuDNN's graph API that is used, the same in all of cuDNN 9. The build needs no header of NVIDIA's: names,
 * numbers and signatures are those of the documented interface. tests/cudnn compares them with the real header, where
 * there is one. */
#ifndef GPU_CUDNN_CALLS_H
#define GPU_CUDNN_CALLS_H

#include <stddef.h>
#include <stdint.h>

struct CUstream_st; /* a cudaStream_t */

/* The library's own. */
typedef struct cudnnContext *cudnn_handle;
typedef void *cudnn_descriptor;

/* name, result, arguments. The numbers below are passed as unsigned. */
#define CUDNN_CALLS(X) \
    X(cudnnGetVersion, size_t, (void)) \
    X(cudnnCreate, unsigned, (cudnn_handle *handle)) \
    X(cudnnDestroy, unsigned, (cudnn_handle handle)) \
    X(cudnnSetStream, unsigned, (cudnn_handle handle, struct CUstream_st *stream)) \
    X(cudnnBackendCreateDescriptor, unsigned, (unsigned kind, cudnn_descriptor *out)) \
    X(cudnnBackendDestroyDescriptor, unsigned, (cudnn_descriptor d)) \
    X(cudnnBackendSetAttribute, unsigned, \
      (cudnn_descriptor d, unsigned attribute, unsigned type, int64_t count, const void *values)) \
    X(cudnnBackendGetAttribute, unsigned, \
      (cudnn_descriptor d, unsigned attribute, unsigned type, int64_t room, int64_t *count, void *values)) \
    X(cudnnBackendFinalize, unsigned, (cudnn_descriptor d)) \
    X(cudnnBackendExecute, unsigned, (cudnn_handle handle, cudnn_descriptor plan, cudnn_descriptor pack))

struct cudnn_library {
#define CUDNN_CALL(name, result, arguments) result(*name) arguments;
    CUDNN_CALLS(CUDNN_CALL)
#undef CUDNN_CALL
};

/* cudnnGetVersion() says 91900 of 9.19.0; before 9 it was a thousand a major version. */
enum { CUDNN_MAJOR_USED = 9, CUDNN_VERSIONS_PER_MAJOR = 10000 };

enum { CUDNN_OK = 0 /* a call's result; anything else is a failure */ };

enum { CUDNN_ELEMENT_FLOAT = 0, CUDNN_ELEMENT_BF16 = 9 };
enum { CUDNN_NOT_MIRRORED = 1 /* not mirrored */ };
enum { CUDNN_BEST_FIRST = 3 /* of two heuristics the better one, which is slower */ };

enum cudnn_note {
    CUDNN_NOTE_TENSOR_CORES = 0,
    CUDNN_NOTE_NARROW_INPUTS = 1,
    CUDNN_NOTE_NARROW_SUMS = 2,
    CUDNN_NOTE_NOT_REPEATABLE = 4,
    CUDNN_NOTES_MOST = 32 /* more than there are */
};

/* What the values of an attribute are. */
enum cudnn_type {
    CUDNN_IS_HANDLE = 0,
    CUDNN_IS_ELEMENT = 1,
    CUDNN_IS_INT64 = 3,
    CUDNN_IS_FLOAT = 4,
    CUDNN_IS_ADDRESS = 6,
    CUDNN_IS_KERNEL = 7,
    CUDNN_IS_HEURISTICS = 8,
    CUDNN_IS_NOTE = 11,
    CUDNN_IS_DESCRIPTOR = 15,
};

enum cudnn_kind {
    CUDNN_KIND_CONVOLUTION = 1,
    CUDNN_KIND_ENGINE = 2,
    CUDNN_KIND_PROPOSAL = 3,
    CUDNN_KIND_HEURISTICS = 4,
    CUDNN_KIND_PLAN = 5,
    CUDNN_KIND_FORWARD = 10,
    CUDNN_KIND_GRADIENT_W = 11,
    CUDNN_KIND_GRADIENT_X = 12,
    CUDNN_KIND_GRAPH = 15,
    CUDNN_KIND_PACK = 16,
    CUDNN_KIND_TENSOR = 17,
};

enum cudnn_attribute {
    CUDNN_CONVOLUTION_SUMS = 100,
    CUDNN_CONVOLUTION_KERNEL = 101,
    CUDNN_CONVOLUTION_DILATIONS = 102,
    CUDNN_CONVOLUTION_STRIDES = 103,
    CUDNN_CONVOLUTION_PAD_AFTER = 104,
    CUDNN_CONVOLUTION_PAD_BEFORE = 105,
    CUDNN_CONVOLUTION_DIMENSIONS = 106,
    CUDNN_HEURISTICS_MODE = 200,
    CUDNN_HEURISTICS_GRAPH = 201,
    CUDNN_HEURISTICS_PROPOSALS = 202,
    CUDNN_PROPOSAL_ENGINE = 300,
    CUDNN_PLAN_HANDLE = 400,
    CUDNN_PLAN_PROPOSAL = 401,
    CUDNN_PLAN_WORKSPACE = 402,
    CUDNN_FORWARD_ALPHA = 700,
    CUDNN_FORWARD_BETA = 701,
    CUDNN_FORWARD_CONVOLUTION = 702,
    CUDNN_FORWARD_W = 703,
    CUDNN_FORWARD_X = 704,
    CUDNN_FORWARD_Y = 705,
    CUDNN_GRADIENT_X_ALPHA = 706,
    CUDNN_GRADIENT_X_BETA = 707,
    CUDNN_GRADIENT_X_CONVOLUTION = 708,
    CUDNN_GRADIENT_X_W = 709,
    CUDNN_GRADIENT_X_DX = 710,
    CUDNN_GRADIENT_X_DY = 711,
    CUDNN_GRADIENT_W_ALPHA = 712,
    CUDNN_GRADIENT_W_BETA = 713,
    CUDNN_GRADIENT_W_CONVOLUTION = 714,
    CUDNN_GRADIENT_W_DW = 715,
    CUDNN_GRADIENT_W_X = 716,
    CUDNN_GRADIENT_W_DY = 717,
    CUDNN_GRAPH_HANDLE = 800,
    CUDNN_GRAPH_OPERATIONS = 801,
    CUDNN_TENSOR_ALIGNMENT = 900,
    CUDNN_TENSOR_ELEMENT = 901,
    CUDNN_TENSOR_SIZES = 902,
    CUDNN_TENSOR_STRIDES = 903,
    CUDNN_TENSOR_ID = 906,
    CUDNN_PACK_IDS = 1000,
    CUDNN_PACK_ADDRESSES = 1001,
    CUDNN_PACK_WORKSPACE = 1003,
    CUDNN_ENGINE_NOTES = 1303,
};

#endif
