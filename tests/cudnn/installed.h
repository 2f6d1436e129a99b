/* The real cuDNN 9, where the machine has one. It needs no GPU to say what it understands. */
#ifndef TESTS_CUDNN_INSTALLED_H
#define TESTS_CUDNN_INSTALLED_H

#include <stdlib.h>
#include <unistd.h>

#include "gpu/cudnn/cudnn_library.h"
#include "tests/support/check.h"

/* The file that CUVETTE_CUDNN names, one that the loader finds, or the one in the toolkit's folder. Skips the test
 * where there is none. */
static inline const struct cudnn_library *installed_cudnn(void)
{
    static const char in_toolkit[] = "/usr/local/cuda/lib64/libcudnn_graph.so.9";
    const struct cudnn_library *library;
    struct error e;

    if (access(in_toolkit, R_OK) == 0)
        setenv("CUVETTE_CUDNN", in_toolkit, 0);
    library = cudnn_library(&e);
    if (e.kind != ERROR_NONE)
        fail_msg("%s", e.text);
    if (!library)
        skip();
    return library;
}

#endif
