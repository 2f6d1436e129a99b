/* A reading as a line: label, bar, figure. All such lines use the same columns; what follows the figure begins at
 * GAUGE_NEXT. */
#ifndef TUI_GAUGE_H
#define TUI_GAUGE_H

#include "host/gpu/gpu_readings.h"
#include "tui/draw/canvas.h"
#include "tui/draw/figures.h"

enum {
    GAUGE_LABEL = 1,
    GAUGE_BAR = 6,
    GAUGE_BAR_COLUMNS = 10,
    GAUGE_FIGURE = GAUGE_BAR + GAUGE_BAR_COLUMNS + 2,
    GAUGE_NEXT = GAUGE_FIGURE + 13
};

/* When the fraction is unknown there is no bar, and the text begins where the bar would. */
void gauge_draw(struct canvas *c, int row, const char *label, struct reading fraction, const char *text);

struct reading gauge_share(struct reading part, struct reading of); /* unknown when one of them is, or `of` is 0 */

/* Readings as figures; "n/a" when they are unknown. */
void gauge_percent(char out[FIGURE_SIZE], struct reading fraction); /* " 91 %", of fixed width */
void gauge_bytes(char out[FIGURE_SIZE], struct reading bytes);      /* "3.1 G" */
void gauge_rate(char out[FIGURE_SIZE], struct reading bytes);       /* "3.1 G/s" */
void gauge_number(char out[FIGURE_SIZE], struct reading number);    /* "412" */
void gauge_part(char out[FIGURE_SIZE], struct reading part, struct reading of); /* bytes: "3.1/141 G" */

/* A GPU's power and temperature: their figures, and their role, which is a warning while they hold its clocks down. */
void gauge_watts(char out[FIGURE_SIZE], const struct gpu_reading *gpu);   /* "412/700 W" */
void gauge_degrees(char out[FIGURE_SIZE], const struct gpu_reading *gpu); /* "54 °C" */
enum role gauge_power_role(const struct gpu_reading *gpu);
enum role gauge_heat_role(const struct gpu_reading *gpu);

#endif
