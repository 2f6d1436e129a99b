/* Plug-ins as files: where they are looked for, and what is there under a plug-in's one name. A plug-in is looked for
 * at the full path in a variable of its own, else beside the executable, else in ../lib/cuvette from there; never in
 * the current folder. It stays loaded. */
#ifndef RUN_PLUGIN_FILE_H
#define RUN_PLUGIN_FILE_H

#include "base/path.h"

struct plugin_file {
    const char *variable;     /* "CUVETTE_CUDA_PLUGIN" */
    const char *const *names; /* "libcuvette-cuda.so", or paths that end so, the best first; ends with NULL */
    const char *missing;      /* what to say where none of them is */
    const char *symbol;       /* what is asked for in it */
    const char *file, *what;  /* "libcuvette-cuda.so", "the CUDA plug-in" */
    /* Where a library whose name begins so is missing, what to do about it. */
    const char *needs, *advice;
    bool (*place)(const char *library, char out[PATH_SIZE]); /* where else that may lie; NULL: nowhere */
    /* Libraries that have what the plug-in leaves open where it was linked without one: names that begin with
     * `provided`. The first that is there is loaded with the plug-in's flags; ends with NULL. NULL: none. */
    const char *const *providers, *provided;
};

/* False with ERROR_DEVICE. */
bool plugin_file_find(const struct plugin_file *file, char out[PATH_SIZE], struct error *e);

/* What is under the symbol, valid for ever; `flags` as of dlopen(). NULL with ERROR_DEVICE. */
const void *plugin_file_load(const struct plugin_file *file, const char *path, int flags, struct error *e);

/* Sets ERROR_DEVICE: the plug-in is of another version. Always false. */
bool plugin_file_other_version(const char *path, struct error *e);

#endif
