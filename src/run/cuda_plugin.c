#include "run/cuda_plugin.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/text.h"
#include "host/cuda_places.h"
#include "run/plugin_file.h"

#define DRIVER "libcuda.so.1"
#define FILE_NAME "libcuvette-cuda.so"

enum { WHY_SIZE = 256, FLAGS = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE };

/* Loaded once for the whole process, and read-only from then on. */
static struct {
    const struct backend_class *backend; /* the plug-in's own, or NULL */
    char why[WHY_SIZE];                  /* why there is none */
} found;

static bool load_driver(struct error *e)
{
    return dlopen(DRIVER, FLAGS) || error_set(e, ERROR_DEVICE, "no NVIDIA driver on this node");
}

static bool load_plugin(struct error *e)
{
    static const char *const names[] = { FILE_NAME, NULL };
    static const struct plugin_file file = {
        .variable = "CUVETTE_CUDA_PLUGIN",
        .names = names,
        .missing = "this cuvette was built without CUDA: " FILE_NAME " is not beside it",
        .symbol = "cuvette_cuda_backend", /* gpu/gpu_backend.h */
        .file = FILE_NAME,
        .what = "the CUDA plug-in",
        .needs = "libcublas",
        .advice = "load the CUDA module (module load cuda), or name its folder in CUDA_HOME",
        .place = cuda_places_find,
    };
    const struct backend_class *const *backend;
    char path[PATH_SIZE];

    if (!plugin_file_find(&file, path, e) || !(backend = plugin_file_load(&file, path, FLAGS, e)))
        return false;
    if ((*backend)->abi != BACKEND_ABI || (*backend)->size != sizeof **backend)
        return plugin_file_other_version(path, e);
    found.backend = *backend;
    return true;
}

static void load(void)
{
    struct error e;

    if (!load_driver(&e) || !load_plugin(&e))
        text_sanitise(found.why, sizeof found.why, e.text);
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
