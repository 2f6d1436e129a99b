/* cuDNN, opened when the program runs: nothing is linked to it, and where it is not installed nothing is said.
 * CUVETTE_CUDNN=0 does without it; any other value is the file to open in place of the usual ones. */
#ifndef GPU_CUDNN_LIBRARY_H
#define GPU_CUDNN_LIBRARY_H

#include "base/error.h"
#include "gpu/cudnn/cudnn_calls.h"

/* The library, the same for the whole process. NULL where there is none; with an error where CUVETTE_CUDNN names a file
 * that is no cuDNN of the right version, else ERROR_NONE. */
const struct cudnn_library *cudnn_library(struct error *e);

/* The file that CUVETTE_CUDNN names, or NULL. */
const char *cudnn_library_wanted(void);

/* The library at work on one stream. */
struct cudnn_session {
    const struct cudnn_library *library; /* NULL: not open */
    cudnn_handle handle;
};

/* False where there is no library or it does not start; with an error where CUVETTE_CUDNN names it. */
bool cudnn_library_open(struct cudnn_session *session, struct CUstream_st *stream, struct error *e);
void cudnn_library_close(struct cudnn_session *session); /* also when not open; its plans are freed before */

#endif
