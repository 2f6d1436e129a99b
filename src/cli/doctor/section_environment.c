/* The variables that change what cuvette does. Others are nobody's business, and of those that may hold a password only
 * that they are set is told. */
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/section.h"

static const struct {
    const char *name;
    bool secret;
} variables[] = {
    { "CUVETTE_HOME", false },
    { "CUVETTE_RUNS", false },
    { "CUVETTE_DATA", false },
    { "CUVETTE_WEIGHTS", false },
    { "CUVETTE_CPU", false },
    { "CUVETTE_CUDA_PLUGIN", false },
    { "CUVETTE_MPI_PLUGIN", false },
    { "CUVETTE_LOADER", false },
    { "CUVETTE_CUDNN", false },
    { "CUVETTE_NVML", false },
    { "CUVETTE_FUSE", false },
    { "CUVETTE_PROBE", false },
    { "CUDA_VISIBLE_DEVICES", false },
    { "CUDA_HOME", false },
    { "LD_LIBRARY_PATH", false },
    { "LD_PRELOAD", false },
    { "LOADEDMODULES", false },
    { "CONDA_PREFIX", false },
    { "OMP_NUM_THREADS", false },
    { "OPENBLAS_NUM_THREADS", false },
    { "HDF5_USE_FILE_LOCKING", false },
    { "HDF5_PLUGIN_PATH", false },
    { "COLORTERM", false },
    { "TMUX", false },
    { "NO_COLOR", false },
    { "http_proxy", true },
    { "https_proxy", true },
    { "all_proxy", true },
};

static void look(struct page *p)
{
    int set = 0;

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *text = getenv(variables[i].name);

        if (!text)
            continue;
        set++;
        page_fine(p, variables[i].name, "%s", variables[i].secret ? "(set)" : text);
    }
    if (set == 0)
        page_absent(p, "variables", "none that matters is set");
}

SECTION_OF_DOCTOR(environment) = { .name = "environment", .title = "Environment", .look = look, .here = true };
