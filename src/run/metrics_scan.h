/* A step's line of metrics.jsonl in the form in which metrics_step() writes it, read without building a JSON object: a
 * long run has hundreds of thousands. */
#ifndef RUN_METRICS_SCAN_H
#define RUN_METRICS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/train/series.h"

/* False for a line of any other form, which need not be wrong: a JSON parser has to look at it. Where it is true, the
 * number of the step (NaN for null) and the point are those that such a parser would give. */
bool metrics_scan_step(const char *line, size_t length, double *step, struct point *out);

#endif
