#include "gpu/cudnn/cudnn_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "host/cuda_places.h"

/* The first has all that is needed. NULL, in tests, is the program itself. */
#ifndef GPU_CUDNN_FILES
#define GPU_CUDNN_FILES "libcudnn_graph.so.9", "libcudnn.so.9"
#endif

static struct cudnn_library found;
static bool complete;
static struct error failure; /* of a file that CUVETTE_CUDNN names */

static bool fill(void *file)
{
    static const struct {
        const char *name;
        void **to;
    } functions[] = {
#define CUDNN_CALL(name, result, arguments) { #name, (void **)&found.name },
        CUDNN_CALLS(CUDNN_CALL)
#undef CUDNN_CALL
    };

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].to = dlsym(file, functions[i].name);
        if (!*functions[i].to)
            return false;
    }
    return found.cudnnGetVersion() / CUDNN_VERSIONS_PER_MAJOR == CUDNN_MAJOR_USED;
}

/* cuDNN looks for its other libraries itself, beside this one. */
static void *open_file(const char *name)
{
    void *file = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

    complete = file && fill(file);
    return file;
}

const char *cudnn_library_wanted(void)
{
    const char *wanted = getenv("CUVETTE_CUDNN");

    return wanted && *wanted && strcmp(wanted, "0") ? wanted : NULL;
}

/* Where the loader looks, then where PyTorch and others have theirs. */
static void open_usual(void)
{
    static const char *const files[] = { GPU_CUDNN_FILES };
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof files / sizeof *files && !complete; i++)
        open_file(files[i]);
    for (size_t i = 0; i < sizeof files / sizeof *files && !complete; i++)
        if (files[i] && cuda_places_find(files[i], path))
            open_file(path);
}

static void load(void)
{
    const char *off = getenv("CUVETTE_CUDNN"), *wanted = cudnn_library_wanted();

    if (off && !strcmp(off, "0"))
        return;
    if (!wanted) {
        open_usual();
        return;
    }
    if (!open_file(wanted))
        error_set(&failure, ERROR_DEVICE, "CUVETTE_CUDNN is no library that can be opened: %.300s", dlerror());
    else if (!complete)
        error_set(&failure, ERROR_DEVICE, "CUVETTE_CUDNN is no library of cuDNN %d: %.300s", CUDNN_MAJOR_USED, wanted);
}

const struct cudnn_library *cudnn_library(struct error *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    *e = failure;
    return complete ? &found : NULL;
}

/* The library does not start when the others that it needs are missing, or of another version. */
bool cudnn_library_open(struct cudnn_session *session, struct CUstream_st *stream, struct error *e)
{
    unsigned status;

    *session = (struct cudnn_session){ .library = cudnn_library(e) };
    if (!session->library)
        return false;
    status = session->library->cudnnCreate(&session->handle);
    if (status == CUDNN_OK)
        status = session->library->cudnnSetStream(session->handle, stream);
    if (status == CUDNN_OK)
        return true;
    cudnn_library_close(session);
    if (cudnn_library_wanted())
        error_set(e, ERROR_DEVICE, "cuDNN does not start (its status is %u); it was asked for by CUVETTE_CUDNN=%.300s",
                  status, cudnn_library_wanted());
    return false;
}

void cudnn_library_close(struct cudnn_session *session)
{
    if (session->handle)
        session->library->cudnnDestroy(session->handle);
    *session = (struct cudnn_session){ .library = NULL };
}
