/* The box of all GPUs in the view of devices. */
#ifndef TUI_GPU_LIST_H
#define TUI_GPU_LIST_H

#include "host/gpu/gpu_readings.h"
#include "tui/draw/canvas.h"

struct app;

enum { GPU_ID_SIZE = 16 };

/* How a GPU is called: "cuda:0" when this process can train on it, otherwise "gpu 3", counted as nvidia-smi does. */
void gpu_list_id(char out[GPU_ID_SIZE], const struct app *app, const struct gpu_reading *gpu);

/* All GPUs, `each` rows for one (see devices_layout.h), or the reason why there is none. */
void gpu_list_draw(struct canvas *c, const struct app *app, int each, int selected);

#endif
