#include "gpu/cudnn_library.h"

#ifdef GPU_CUDNN

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The first has all that is needed; NULL stands for the program itself. */
#ifndef GPU_CUDNN_FILES
#define GPU_CUDNN_FILES "libcudnn_graph.so.9", "libcudnn.so.9"
#endif

static struct cudnn_library found;
static bool complete;

static bool fill(void *file)
{
    static const struct {
        const char *name;
        void **to;
    } functions[] = {
#define CUDNN_FUNCTION(name) { #name, (void **)&found.name },
        CUDNN_FUNCTIONS(CUDNN_FUNCTION)
#undef CUDNN_FUNCTION
    };

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].to = dlsym(file, functions[i].name);
        if (!*functions[i].to)
            return false;
    }
    return true;
}

static void load(void)
{
    static const char *const files[] = { GPU_CUDNN_FILES };
    const char *wanted = getenv("CUVETTE_CUDNN");

    if (wanted && !strcmp(wanted, "0"))
        return;
    for (size_t i = 0; i < sizeof files / sizeof *files && !complete; i++) {
        void *file = dlopen(files[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

        complete = file && fill(file);
    }
}

const struct cudnn_library *cudnn_library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    return complete ? &found : NULL;
}

#endif
