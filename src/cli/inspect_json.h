/* What `cuvette inspect` found, as one JSON object. */
#ifndef CLI_INSPECT_JSON_H
#define CLI_INSPECT_JSON_H

#include "run/predictions/inspect_run.h"

/* `each`: images to name, most wrong and least sure. False with an error. */
bool inspect_json(const struct run_inspection *r, int each, struct error *e);

#endif
