/* A folder that has all of a comparison, to be handed on. */
#ifndef RUN_FIGURES_COMPARISON_REPORT_H
#define RUN_FIGURES_COMPARISON_REPORT_H

#include "run/figures/comparison_export.h"

/* Into wish->into (NULL: the comparison's report/): the table, all charts in the wish's formats (none: PNG, SVG and
 * CSV), the recipe and the command that repeats it, report.md, and report.html, which needs no other file and whose
 * path is `path`. */
bool comparison_report(const struct comparison_data *d, const struct comparison_choice *choice,
                       const struct export_wish *wish, char path[PATH_SIZE], struct error *e);

#endif
