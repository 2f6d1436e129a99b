/* The CUDA backend's row in the table of devices. It loads libcuvette-cuda.so when GPUs are asked for, and only where
 * an NVIDIA driver answers, so that a node without one loads nothing. The plug-in is looked for at CUVETTE_CUDA_PLUGIN
 * (a full path), else beside the executable, else in ../lib/cuvette from there; never in the current folder. It stays
 * loaded, since CUDA cannot be unloaded. */
#ifndef RUN_CUDA_PLUGIN_H
#define RUN_CUDA_PLUGIN_H

#include "nn/plan/backend.h"

extern const struct backend_class cuda_plugin_class;

#endif
