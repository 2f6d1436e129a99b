/* What was measured of a run now and then: its device's load, and steps whose health was looked at. One thread adds,
 * and any may read meanwhile. */
#ifndef RUN_MEASURED_H
#define RUN_MEASURED_H

#include <stdbool.h>

#include "nn/train/health.h"
#include "run/load_point.h"

struct measured;

struct measured *measured_new(void); /* NULL without memory */
void measured_free(struct measured *m); /* takes NULL */

/* False without memory: it is left out, and what there is stays. */
bool measured_add_load(struct measured *m, const struct load_point *p);
bool measured_add_look(struct measured *m, const struct health *h);

/* Copies the one at a place, 0 for the first. False: there are not so many; of NULL there is none. */
bool measured_load(const struct measured *m, size_t place, struct load_point *out);
bool measured_look(const struct measured *m, size_t place, struct health *out);

#endif
