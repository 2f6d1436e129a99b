/* The boxes of the view of all devices, each drawn from the app's readings of the node. */
#ifndef TUI_VIEW_DEVICES_H
#define TUI_VIEW_DEVICES_H

#include "tui/app.h"
#include "tui/draw/figures.h"

enum { GPU_ID_SIZE = 16 };

/* What a GPU is called here: "cuda:0" when this process can train on it, else as nvidia-smi counts: "gpu 3". */
void view_gpu_id(char out[GPU_ID_SIZE], const struct app *app, const struct gpu_reading *gpu);
enum role view_gpu_power_role(const struct gpu_reading *gpu);   /* a warning where it holds the clocks down */
enum role view_gpu_heat_role(const struct gpu_reading *gpu);
void view_gpu_degrees(char out[FIGURE_SIZE], const struct gpu_reading *gpu); /* "54 °C" */
void view_gpu_watts(char out[FIGURE_SIZE], const struct gpu_reading *gpu);   /* "412/700 W" */

/* All of them, `each` rows a GPU (devices_layout.h); or in words why there is none. */
void view_gpus(struct canvas *c, const struct app *app, int each, int selected);

/* One in detail. Below its figures its instances and processes stand, from row `first` of them on. */
void view_gpu(struct canvas *c, const struct gpu_reading *gpu, int first);
int view_gpu_listed(const struct gpu_reading *gpu); /* rows of instances and processes */
enum { VIEW_GPU_FIGURES = 4 };              /* rows above them */

/* The processors, memory, disks and network; the cores' bars take `core_rows`. */
void view_node(struct canvas *c, const struct app *app, int core_rows);

#endif
