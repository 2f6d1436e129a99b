#include "host/gpu/nvml_calls.h"

#include <dlfcn.h>
#include <string.h>

#include "base/text.h"

enum { NAMES_MAX = 3 };

struct call {
    size_t offset;
    const char *names[NAMES_MAX + 1];
};

static const struct call calls[] = {
#define NVML_CALL(member, arguments, ...) { offsetof(struct nvml_calls, member), { __VA_ARGS__ } },
    NVML_CALLS(NVML_CALL)
#undef NVML_CALL
};

bool nvml_calls_load(struct nvml_calls *out, const char *library, struct error *e)
{
    char why[256];
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    *out = (struct nvml_calls){ .init = NULL };
    if (!handle && !strchr(library, '/'))
        return error_set(e, ERROR_DEVICE, "no NVIDIA driver on this node");
    if (!handle) {
        text_sanitise(why, sizeof why, dlerror());
        return error_set(e, ERROR_DEVICE, "cannot load the NVML library: %s", why);
    }
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        void *found = NULL;

        for (int k = 0; calls[i].names[k] && !found; k++)
            found = dlsym(handle, calls[i].names[k]);
        memcpy((char *)out + calls[i].offset, &found, sizeof found);
    }
    if (out->init && out->shutdown && out->device_count && out->device)
        return true;
    dlclose(handle);
    text_sanitise(why, sizeof why, library);
    return error_set(e, ERROR_DEVICE, "%s is not an NVML library", why);
}
