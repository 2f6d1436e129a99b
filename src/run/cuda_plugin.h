/* The row of the CUDA backend in the table of devices: it loads libcuvette-cuda.so when somebody asks for GPUs, and only
 * where an NVIDIA driver answers, so that a node without one loads nothing. The plug-in is looked for at
 * CUVETTE_CUDA_PLUGIN (a full path), else beside the executable, else in ../lib/cuvette from there; never in the
 * current folder. It is loaded once and stays: CUDA cannot be unloaded. */
#ifndef RUN_CUDA_PLUGIN_H
#define RUN_CUDA_PLUGIN_H

#include "nn/plan/backend.h"

extern const struct backend_class cuda_plugin_class;

#endif
