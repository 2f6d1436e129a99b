/* The box of one GPU in the view of devices: its figures, and below them its instances and processes. */
#ifndef TUI_GPU_DETAIL_H
#define TUI_GPU_DETAIL_H

#include "host/gpu/gpu_readings.h"
#include "tui/draw/canvas.h"

enum { GPU_DETAIL_FIGURES = 4 }; /* rows */

/* The list of instances and processes is shown from its row `first` on. */
void gpu_detail_draw(struct canvas *c, const struct gpu_reading *gpu, int first);
int gpu_detail_listed(const struct gpu_reading *gpu); /* rows of that list */

#endif
