/* A GPU's power and temperature as the screen writes them: "n/a" when they are unknown, and in the role of a warning when
 * they hold its clocks down. */
#ifndef TUI_GPU_FIGURES_H
#define TUI_GPU_FIGURES_H

#include "host/gpu_readings.h"
#include "tui/draw/canvas.h"
#include "tui/draw/figures.h"

void gpu_figures_watts(char out[FIGURE_SIZE], const struct gpu_reading *gpu);   /* "412/700 W" */
void gpu_figures_degrees(char out[FIGURE_SIZE], const struct gpu_reading *gpu); /* "54 °C" */
enum role gpu_figures_power_role(const struct gpu_reading *gpu);
enum role gpu_figures_heat_role(const struct gpu_reading *gpu);

#endif
