/* The node's GPUs for people: a line each. */
#ifndef CLI_GPU_LINES_H
#define CLI_GPU_LINES_H

#include "host/gpu/gpu_readings.h"

/* Nothing where there is none. */
void gpu_lines_print(const struct gpu_readings *readings);

#endif
