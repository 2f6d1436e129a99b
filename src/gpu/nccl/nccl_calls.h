/* The part of NCCL that is used, the same in all of NCCL 2 from 2.18 on. The build needs no header of NVIDIA's: names,
 * numbers and signatures are those of the documented interface. tests/nccl compares them with the real header, where
 * there is one. */
#ifndef GPU_NCCL_CALLS_H
#define GPU_NCCL_CALLS_H

#include <stddef.h>

struct CUstream_st; /* a cudaStream_t */

/* Made by one rank, and the same for all. */
enum { NCCL_ID_BYTES = 128 };

/* The beginning of ncclConfig_t, as far as it is used: the library goes by `size` and `version`, and takes so many
 * bytes as they are. */
struct nccl_settings {
    size_t size;
    unsigned magic, version;
    int blocking; /* 0: calls return at once, with NCCL_IN_PROGRESS where others are waited for */
};

/* Without the padding behind the last member: a setting of the library's own has its place there. */
#define NCCL_SETTINGS_BYTES (offsetof(struct nccl_settings, blocking) + sizeof(int))

#ifdef NCCL_MAJOR /* a test has NVIDIA's own header before this one */
typedef ncclUniqueId nccl_id;
typedef ncclConfig_t nccl_config;
#else
typedef struct {
    char internal[NCCL_ID_BYTES];
} nccl_id;
typedef struct nccl_settings nccl_config;
#endif

/* The library's own. */
typedef struct ncclComm *nccl_comm;

/* name, result, arguments. The numbers below are passed as unsigned. */
#define NCCL_CALLS(X) \
    X(ncclGetVersion, unsigned, (int *version)) \
    X(ncclGetUniqueId, unsigned, (nccl_id *id)) \
    X(ncclCommInitRankConfig, unsigned, (nccl_comm *comm, int ranks, nccl_id id, int rank, nccl_config *settings)) \
    X(ncclCommGetAsyncError, unsigned, (nccl_comm comm, unsigned *status)) \
    X(ncclCommFinalize, unsigned, (nccl_comm comm)) \
    X(ncclCommDestroy, unsigned, (nccl_comm comm)) \
    X(ncclCommAbort, unsigned, (nccl_comm comm)) \
    X(ncclGetErrorString, const char *, (unsigned status)) \
    X(ncclGetLastError, const char *, (nccl_comm comm)) \
    X(ncclAllReduce, unsigned, \
      (const void *from, void *to, size_t count, unsigned element, unsigned how, nccl_comm comm, \
       struct CUstream_st *stream))

struct nccl_library {
#define NCCL_CALL(name, result, arguments) result(*name) arguments;
    NCCL_CALLS(NCCL_CALL)
#undef NCCL_CALL
};

/* ncclGetVersion() says 22809 of 2.28.9. */
enum { NCCL_VERSION_LEAST = 21800, NCCL_VERSION_END = 30000, NCCL_PER_MAJOR = 10000, NCCL_PER_MINOR = 100 };

enum nccl_status { NCCL_OK = 0, NCCL_IN_PROGRESS = 7 /* anything else is a failure */ };

enum { NCCL_SUM = 0, NCCL_FLOAT = 7 };

static const unsigned nccl_magic = 0xcafebeef;

#endif
