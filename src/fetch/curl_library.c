#include "fetch/curl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} calls[] = {
#define CURL_CALL(name) { "curl_" #name, offsetof(struct curl_library, name) },
    CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

static struct curl_library library;
static bool complete;

static bool fill(void *file)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        void *found = dlsym(file, calls[i].name);

        if (!found)
            return false;
        memcpy((char *)&library + calls[i].offset, &found, sizeof found);
    }
    return library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static void load(void)
{
    static const char *const files[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

    for (size_t i = 0; i < sizeof files / sizeof *files && !complete; i++) {
        void *file = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);

        complete = file && fill(file);
    }
}

const struct curl_library *curl_library_load(struct error *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    if (complete)
        return &library;
    error_set(e, ERROR_RUN, "this node has no libcurl (Debian's package libcurl4), which transfers files");
    return NULL;
}
