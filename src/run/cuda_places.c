#include "run/cuda_places.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* A folder from a variable, or a full path, and what to look for in it. */
static const struct place {
    const char *variable, *below;
} places[] = {
    { "CUDA_HOME", "lib64" },
    { "CUDA_HOME", "targets/*/lib" },
    { "CUDA_PATH", "lib64" },
    { "CUDA_PATH", "targets/*/lib" },
    { "EBROOTCUDA", "lib64" },
    { "EBROOTCUDA", "targets/*/lib" },
    { "NVHPC_ROOT", "math_libs/lib64" },
    { "VIRTUAL_ENV", "lib/python3*/site-packages/nvidia/*/lib" },
    { "CONDA_PREFIX", "lib" },
    { "CONDA_PREFIX", "lib/python3*/site-packages/nvidia/*/lib" },
    { "HOME", ".local/lib/python3*/site-packages/nvidia/*/lib" },
    { NULL, "/usr/local/cuda/lib64" },
    { NULL, "/usr/local/cuda-*/lib64" },
    { NULL, "/opt/cuda/lib64" },
};

/* A folder's name, in which a star is a star. */
static bool append_plain(char *out, const char *text)
{
    for (; *text; text++)
        if (!text_append(out, PATH_SIZE, strchr("*?[]\\", *text) ? "\\%c" : "%c", *text))
            return false;
    return true;
}

/* Where several folders have it, the last by their names: of versions, mostly the latest. */
static bool find_in(const struct place *place, const char *library, char out[PATH_SIZE])
{
    const char *folder = place->variable ? getenv(place->variable) : "";
    char pattern[PATH_SIZE] = "";
    glob_t found = { .gl_pathc = 0 };

    if (place->variable && (!folder || folder[0] != '/'))
        return false;

    bool fits = append_plain(pattern, folder) && text_append(pattern, sizeof pattern, "%s%s/%s",
                                                             place->variable ? "/" : "", place->below, library);
    bool good = fits && glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0 &&
                text_copy(out, PATH_SIZE, found.gl_pathv[found.gl_pathc - 1]);

    globfree(&found);
    return good;
}

bool cuda_places_find(const char *library, char out[PATH_SIZE])
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (find_in(&places[i], library, out))
            return true;
    return false;
}
