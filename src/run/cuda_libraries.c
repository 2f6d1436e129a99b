#include "run/cuda_libraries.h"

#include <dlfcn.h>
#include <stdio.h>

#include "base/text.h"
#include "host/cuda_places.h"
#include "host/library.h"

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

static bool load_placed(struct library *l, const char *const files[])
{
    char path[PATH_SIZE];

    for (int i = 0; files[i]; i++)
        if (cuda_places_find(files[i], path) && library_load(l, (const char *const[]){ path, NULL }))
            return true;
    return false;
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
    const char *const *files = library->files;
    struct library l;

    if (!library_is_loaded(&l, files) && !library_load(&l, files) && !load_placed(&l, files))
        return false;
    text_copy(found->path, sizeof found->path, l.path);
    take_version(found, library->number(l.handle));
    return true;
}
