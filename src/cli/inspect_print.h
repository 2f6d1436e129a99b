/* What `cuvette inspect` found, as tables of 80 columns. */
#ifndef CLI_INSPECT_PRINT_H
#define CLI_INSPECT_PRINT_H

#include "run/predictions/inspect_run.h"

/* `all`: every class, and not the worst alone where there are many. `each`: images to name, most wrong and least sure.
 * False with an error. */
bool inspect_print(const struct run_inspection *r, bool all, int each, struct error *e);

#endif
