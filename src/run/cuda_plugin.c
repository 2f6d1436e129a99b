#include "run/cuda_plugin.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"

#define DRIVER "libcuda.so.1"
#define FILE_NAME "libcuvette-cuda.so"
#define SYMBOL "cuvette_cuda_backend" /* gpu/gpu_backend.h */

enum { WHY_SIZE = 256, FLAGS = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE };

/* Loaded once for the whole process, and read-only from then on. */
static struct {
    const struct backend_class *backend; /* the plug-in's own, or NULL */
    char why[WHY_SIZE];                  /* why there is none */
} found;

static bool none(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool none(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(found.why, sizeof found.why, format, arguments);
    va_end(arguments);
    return false;
}

/* Follows symbolic links: the plug-in is beside the file itself, not beside a link to it. */
static bool folder_of_program(char out[PATH_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_SIZE - 1);

    if (length <= 0)
        return false;
    out[length] = '\0';
    *strrchr(out, '/') = '\0';
    return true;
}

static bool find_installed(char out[PATH_SIZE])
{
    static const char *const places[] = { FILE_NAME, "../lib/cuvette/" FILE_NAME };
    char folder[PATH_SIZE];

    if (folder_of_program(folder))
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (path_file_in(out, folder, places[i]))
                return true;
    return none("this cuvette was built without CUDA: " FILE_NAME " is not beside it");
}

static bool find_plugin(char out[PATH_SIZE])
{
    const char *chosen = getenv("CUVETTE_CUDA_PLUGIN");

    if (!chosen || !*chosen)
        return find_installed(out);
    if (chosen[0] != '/')
        return none("CUVETTE_CUDA_PLUGIN is not a full path");
    if (!text_copy(out, PATH_SIZE, chosen) || !path_is_file(out))
        return none("CUVETTE_CUDA_PLUGIN names no file: %.120s", chosen);
    return true;
}

/* The message of dlopen() begins with the file that is missing or wrong. */
static bool not_loaded(const char *reason)
{
    static const char missing[] = ": cannot open shared object file";
    const char *end = strstr(reason, missing);

    if (end && strncmp(reason, "libcublas", strlen("libcublas")) == 0)
        return none(FILE_NAME " needs %.*s: load the CUDA module (module load cuda)", (int)(end - reason), reason);
    return none("the CUDA plug-in does not load: %s", reason);
}

static bool load_driver(void)
{
    return dlopen(DRIVER, FLAGS) || none("no NVIDIA driver on this node");
}

static bool load_plugin(void)
{
    const struct backend_class *const *backend;
    char path[PATH_SIZE];
    void *plugin;

    if (!find_plugin(path))
        return false;
    plugin = dlopen(path, FLAGS);
    if (!plugin)
        return not_loaded(dlerror());
    backend = dlsym(plugin, SYMBOL);
    if (!backend)
        return none("%.160s is not a plug-in of cuvette", path);
    if ((*backend)->abi != BACKEND_ABI || (*backend)->size != sizeof **backend)
        return none("%.120s is of another version of cuvette: install both together", path);
    found.backend = *backend;
    return true;
}

static void load(void)
{
    char why[WHY_SIZE];

    if (load_driver() && load_plugin())
        return;
    text_copy(why, sizeof why, found.why);
    text_sanitise(found.why, sizeof found.why, why);
}

static const struct backend_class *plugin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    return found.backend;
}

static int cuda_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    const struct backend_class *backend = plugin();

    if (backend)
        return backend->devices(out, room, why_none, size);
    text_copy(why_none, size, found.why);
    return 0;
}

static struct backend *cuda_open(const struct device_choice *choice, struct error *e)
{
    const struct backend_class *backend = plugin();

    if (backend)
        return backend->open(choice, e);
    error_set(e, ERROR_DEVICE, "%s", found.why);
    return NULL;
}

const struct backend_class cuda_plugin_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "cuda",
    .ahead = 4, /* the same as in gpu/gpu_backend.c: this row exists before the plug-in is loaded */
    .devices = cuda_devices,
    .open = cuda_open,
};
