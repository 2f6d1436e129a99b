#include "host/cuda_places.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What Python's packages of CUDA have, below its folder of packages: nvidia/cublas/lib, nvidia/cu13/lib. */
#define OF_PYTHON "python3*/*-packages/nvidia/*/lib"

/* A variable, which names a folder or several with colons between them, and what to look for in each. */
static const struct place {
    const char *variable, *below; /* NULL: a full path */
} places[] = {
    { "CUDA_HOME", "lib64" },
    { "CUDA_HOME", "targets/*/lib" },
    { "CUDA_PATH", "lib64" },
    { "CUDA_PATH", "targets/*/lib" },
    { "CUDA_ROOT", "lib64" },
    { "CUDATOOLKIT_HOME", "lib64" }, /* Cray's */
    { "EBROOTCUDA", "lib64" },
    { "EBROOTCUDA", "targets/*/lib" },
    { "NVHPC_ROOT", "math_libs/lib64" },
    { "NVHPC_ROOT", "cuda/lib64" },
    { "EBROOTCUDNN", "lib*" },
    { "CUDNN_ROOT", "lib*" },
    { "CUDNN_HOME", "lib*" },
    { "CUDNN_PATH", "lib*" },
    { "EBROOTNCCL", "lib*" },
    { "NCCL_HOME", "lib*" },
    { "VIRTUAL_ENV", "lib*/" OF_PYTHON },
    { "CONDA_PREFIX", "lib" },
    { "CONDA_PREFIX", "targets/*/lib" },
    { "CONDA_PREFIX", "lib/" OF_PYTHON },
    { "PYTHONPATH", "nvidia/*/lib" },
    { "HOME", ".local/lib/" OF_PYTHON },
    { "PATH", "../lib*/" OF_PYTHON }, /* of the Python whose programs are found there */
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
static bool find_in(const char *folder, const char *below, const char *library, char out[PATH_SIZE])
{
    char pattern[PATH_SIZE] = "";
    glob_t found = { .gl_pathc = 0 };
    bool good = append_plain(pattern, folder) &&
                text_append(pattern, sizeof pattern, "%s%s/%s", *folder ? "/" : "", below, library) &&
                glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0 &&
                text_copy(out, PATH_SIZE, found.gl_pathv[found.gl_pathc - 1]);

    globfree(&found);
    return good;
}

/* Of a list, folders by their full paths alone: never in the current one. */
static bool find_at(const struct place *place, const char *library, char out[PATH_SIZE])
{
    const char *list = getenv(place->variable);
    char folder[PATH_SIZE];
    bool found = false;

    for (size_t length; list && *list && !found; list += length + (list[length] == ':')) {
        length = strcspn(list, ":");
        if (list[0] != '/' || length >= sizeof folder)
            continue;
        memcpy(folder, list, length);
        folder[length] = '\0';
        found = find_in(folder, place->below, library, out);
    }
    return found;
}

bool cuda_places_find(const char *library, char out[PATH_SIZE])
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].variable ? find_at(&places[i], library, out) : find_in("", places[i].below, library, out))
            return true;
    return false;
}
