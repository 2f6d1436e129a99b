/* NVIDIA's libraries that training on GPUs takes from the node: is each there, which version, and where? */
#ifndef RUN_CUDA_LIBRARIES_H
#define RUN_CUDA_LIBRARIES_H

#include "base/path.h"

enum { CUDA_LIBRARY_NAMES = 4 /* with the NULL behind them */ };

struct cuda_library {
    const char *name;                      /* "cuBLAS" */
    const char *files[CUDA_LIBRARY_NAMES]; /* by which it is looked for, the best first; ends with NULL */
    int (*number)(void *handle);
    const char *without; /* what comes of it where it is missing, for who trains on a GPU */
    const char *advice;  /* what to type then; "": nothing has to be done */
    bool follows_cuda;   /* its major version is CUDA's */
};

struct cuda_library_found {
    char path[PATH_SIZE];
    int major;        /* 0: unknown */
    char version[32]; /* "13.1.0", or "of unknown version" */
};

/* All of them; ends with one without a name. */
extern const struct cuda_library cuda_libraries[];

/* Finds and loads it, to stay: the one that is loaded already, else where the loader looks, else where CUDA lies on
 * nodes (host/cuda_places.h). False where it is not there. */
bool cuda_libraries_find(const struct cuda_library *library, struct cuda_library_found *found);

#endif
