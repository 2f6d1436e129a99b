/* Charts of comparisons as files. */
#ifndef RUN_FIGURES_COMPARISON_EXPORT_H
#define RUN_FIGURES_COMPARISON_EXPORT_H

#include "run/figures/comparison_figure.h"
#include "run/figures/export.h"

/* Which are wanted; none: those that have something to draw. */
struct comparison_choice {
    bool figures[COMPARISON_FIGURE_COUNT];
};

/* "speed-up,sweep" or "all". False with ERROR_USAGE that names what there is. */
bool comparison_export_parse(struct comparison_choice *choice, const char *text, struct error *e);

/* Is a figure to be drawn? */
bool comparison_export_has(const struct comparison_choice *choice, enum comparison_figure position,
                           const struct comparison_data *d);

/* Writes NAME.FORMAT for each into wish->into (NULL: the comparison's plots/), a folder that is made when it is
 * missing. False with an error; files that were written before it stay. */
bool comparison_export(const struct comparison_data *d, const struct comparison_choice *choice,
                       const struct export_wish *wish, struct export_files *out, struct error *e);

/* The same of what the folders of the runs have now. */
bool comparison_export_read(const struct comparison *c, const struct comparison_choice *choice,
                            const struct export_wish *wish, struct export_files *out, struct error *e);

#endif
