#include "gpu/nccl/nccl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_NAME "libnccl.so.2"

static struct nccl_library found;
static int number;
static struct error failure; /* ERROR_NONE: it is there */

static bool fill(void *file)
{
    static const struct {
        const char *name;
        void **to;
    } functions[] = {
#define NCCL_CALL(name, result, arguments) { #name, (void **)&found.name },
        NCCL_CALLS(NCCL_CALL)
#undef NCCL_CALL
    };

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].to = dlsym(file, functions[i].name);
        if (!*functions[i].to)
            return false;
    }
    return found.ncclGetVersion(&number) == NCCL_OK;
}

void nccl_library_version(int version, char *out, size_t size)
{
    snprintf(out, size, "%d.%d.%d", version / NCCL_PER_MAJOR, version % NCCL_PER_MAJOR / NCCL_PER_MINOR,
             version % NCCL_PER_MINOR);
}

static bool is_known(const char *file)
{
    char version[32];

    if (number >= NCCL_VERSION_LEAST && number < NCCL_VERSION_END)
        return true;
    nccl_library_version(number, version, sizeof version);
    return error_set(&failure, ERROR_DEVICE, "several GPUs train together by NCCL 2.18 or newer, and %.200s is NCCL %s",
                     file, version);
}

static void load(void)
{
    const char *wanted = getenv("CUVETTE_NCCL"), *name = wanted && *wanted ? wanted : FILE_NAME;
    void *file = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

    if (!file && name == wanted)
        error_set(&failure, ERROR_DEVICE, "CUVETTE_NCCL is no library that can be opened: %.300s", dlerror());
    else if (!file)
        error_set(&failure, ERROR_DEVICE, "several GPUs train together by NCCL, and there is no " FILE_NAME ": load "
                  "its module, install it, or name the file in CUVETTE_NCCL (PyTorch's is nvidia/nccl/lib/" FILE_NAME
                  ")");
    else if (!fill(file))
        error_set(&failure, ERROR_DEVICE, "%.200s is no NCCL 2.18 or newer", name);
    else
        is_known(name);
}

const struct nccl_library *nccl_library(int *version, struct error *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    *version = number;
    if (failure.kind == ERROR_NONE)
        return &found;
    *e = failure;
    return NULL;
}
