/* A step's line of metrics.jsonl in the form in which metrics_step() writes it, read without building a JSON object: a
 * long run has hundreds of thousands. */
#ifndef RUN_METRICS_SCAN_H
#define RUN_METRICS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/train/series.h"

/* False for a line of any other form, which need not be wrong: a JSON parser has to look at it. Where it is true, all
 * numbers are those that such a parser would give: which step it is and how many there are (NaN for null; 1 where it is
 * not said), and the rest of the point. */
bool metrics_scan_step(const char *line, size_t length, double *step, double *steps, struct point *out);

#endif
