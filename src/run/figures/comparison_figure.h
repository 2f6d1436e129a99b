/* What can be drawn of a comparison: its runs beside each other. Like the figures of runs (figure.h), from what
 * run/compare found. */
#ifndef RUN_FIGURES_COMPARISON_FIGURE_H
#define RUN_FIGURES_COMPARISON_FIGURE_H

#include "run/compare/comparison_table.h"
#include "run/figures/figure.h"

/* Position, name: the file's, with '-' in it. */
#define COMPARISON_FIGURES(X) \
    X(SPEED_UP, speed_up) \
    X(ACCURACY_TIME, accuracy_time) \
    X(ACCURACY_EPOCHS, accuracy_epochs) \
    X(LOSS_TIME, loss_time) \
    X(LOSS_EPOCHS, loss_epochs) \
    X(SCALING, scaling) \
    X(EFFICIENCY, efficiency) \
    X(SWEEP, sweep)

#define COMPARISON_POSITION(position, name) COMPARISON_##position,
enum comparison_figure { COMPARISON_FIGURES(COMPARISON_POSITION) COMPARISON_FIGURE_COUNT };
#undef COMPARISON_POSITION

struct comparison_data {
    const struct comparison *comparison;
    const struct comparison_result *results; /* of each entry */
    const struct comparison_table *table;
};

struct comparison_figure_class {
    const char *name, *help; /* "speed-up"; what is in it, in one line */
    enum axis axis;          /* of curves */
    const struct chart_kind *curves; /* of curves: what they are of */
    bool (*has)(const struct comparison_data *d);
    bool (*make)(const struct comparison_figure_class *class, const struct comparison_data *d, struct figure *out,
                 struct error *e);
};

extern const struct comparison_figure_class *const comparison_figures[COMPARISON_FIGURE_COUNT];

#define COMPARISON_DECLARATION(position, name) extern const struct comparison_figure_class comparison_figure_##name;
COMPARISON_FIGURES(COMPARISON_DECLARATION)
#undef COMPARISON_DECLARATION

/* figure_free() it. */
bool comparison_figure_make(enum comparison_figure position, const struct comparison_data *d, struct figure *out,
                            struct error *e);

/* Title, subtitle and footer of all of them: what is compared, and what it comes to. */
void comparison_figure_describe(const struct comparison_data *d, struct chart_texts *out);

#endif
