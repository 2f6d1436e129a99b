/* Images that `cuvette inspect` looked at as a picture, with what they are taken for above each. */
#ifndef CLI_INSPECT_GRID_H
#define CLI_INSPECT_GRID_H

#include "run/predictions/inspect_run.h"
#include "run/predictions/ranking.h"

/* The first `each` images of the ranking; those with a wrong answer are marked. The file appears whole or not at all.
 * False with an error. */
bool inspect_grid(const struct run_inspection *r, enum ranking ranking, int each, const char *path, struct error *e);

#endif
