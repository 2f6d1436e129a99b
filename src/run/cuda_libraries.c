#include "run/cuda_libraries.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>

#include "base/text.h"
#include "host/cuda_places.h"

static int cublas_number(void *handle)
{
    size_t (*version)(void);

    *(void **)&version = dlsym(handle, "cublasLtGetVersion");
    return version ? (int)version() : 0; /* 120205: 12.2.5; 130000 */
}

static int cudnn_number(void *handle)
{
    size_t (*version)(void);

    *(void **)&version = dlsym(handle, "cudnnGetVersion");
    return version ? (int)version() : 0; /* 91002: 9.10.2 */
}

static int nccl_number(void *handle)
{
    int (*version)(int *), number = 0;

    *(void **)&version = dlsym(handle, "ncclGetVersion");
    return version && version(&number) == 0 ? number : 0; /* 22105: 2.21.5 */
}

const struct cuda_library cuda_libraries[] = {
    { "cuBLAS",
      { "libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11" },
      cublas_number,
      "no GPU can be trained on",
      "module load cuda, or the directory of libcublasLt in LD_LIBRARY_PATH",
      true },
    { "cuDNN",
      { "libcudnn_graph.so.9", "libcudnn.so.9" },
      cudnn_number,
      "convolutions take cuvette's own kernels, which are slower",
      "module load cudnn, or CUVETTE_CUDNN=PATH",
      false },
    { "NCCL", { "libnccl.so.2" }, nccl_number, "only several GPUs need it", "", false },
    { .name = NULL },
};

static void *open_first(const struct cuda_library *library, int flags)
{
    void *handle = NULL;

    for (int i = 0; i < CUDA_LIBRARY_NAMES && library->files[i] && !handle; i++)
        handle = dlopen(library->files[i], RTLD_LAZY | RTLD_LOCAL | flags);
    return handle;
}

static void *open_placed(const struct cuda_library *library)
{
    char path[PATH_SIZE];
    void *handle = NULL;

    for (int i = 0; i < CUDA_LIBRARY_NAMES && library->files[i] && !handle; i++)
        if (cuda_places_find(library->files[i], path))
            handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    return handle;
}

/* Up to 9.9.9 in thousands, then in tens of thousands. */
static void take_version(struct cuda_library_found *found, int number)
{
    int unit = number >= 10000 ? 10000 : 1000;

    found->major = number / unit;
    if (number > 0)
        snprintf(found->version, sizeof found->version, "%d.%d.%d", found->major, number % unit / 100, number % 100);
    else
        snprintf(found->version, sizeof found->version, "of unknown version");
}

bool cuda_libraries_find(const struct cuda_library *library, struct cuda_library_found *found)
{
    void *handle = open_first(library, RTLD_NOLOAD);
    struct link_map *map = NULL;

    if (!handle)
        handle = open_first(library, 0);
    if (!handle)
        handle = open_placed(library);
    if (!handle)
        return false;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || !text_copy(found->path, sizeof found->path, map->l_name))
        found->path[0] = '\0';
    take_version(found, library->number(handle));
    return true;
}
