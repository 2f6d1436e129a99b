/* cuDNN, opened at run time: nothing is linked to it, and where it is not there nothing is said. CUVETTE_CUDNN=0 leaves
 * it alone; any other value is the file to open in place of the usual ones. */
#ifndef GPU_CUDNN_LIBRARY_H
#define GPU_CUDNN_LIBRARY_H

#include "base/error.h"
#include "gpu/cudnn/cudnn_calls.h"

/* The same for the whole process. NULL where it is not there; with the error where CUVETTE_CUDNN names what is no cuDNN
 * to speak with, else ERROR_NONE. */
const struct cudnn_library *cudnn_library(struct error *e);

/* The file that was asked for by name, or NULL. */
const char *cudnn_library_wanted(void);

#endif
