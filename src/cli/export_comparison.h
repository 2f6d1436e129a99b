/* What `cuvette export` does of a comparison. */
#ifndef CLI_EXPORT_COMPARISON_H
#define CLI_EXPORT_COMPARISON_H

#include "run/figures/export.h"

/* Is a word of the command line a comparison, and where? Its folder, or its name or number where no run has that. */
bool export_comparison_find(const char *word, char folder[PATH_SIZE]);

/* Draws it, or writes its report; prints the paths. `what`: names of charts, NULL: all. False with an error. */
bool export_comparison(const char *folder, const char *what, bool report, const struct export_wish *wish,
                       struct error *e);

void export_comparison_charts(FILE *out); /* for --help */

#endif
