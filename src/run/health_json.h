/* The health of a step (nn/train/health.h) as a JSON object, as it is in metrics.jsonl and behind `--json`. */
#ifndef RUN_HEALTH_JSON_H
#define RUN_HEALTH_JSON_H

#include "base/error.h"
#include "nn/train/health.h"

struct json_t;

/* {"kind":"health","step":120,"epoch":0.26,"seconds":1.2,"learning_rate":0.001,"images":128,"cost":0.004,
 *  "layers":[{"layer":1,"gradient":0.2,"weight":3.1,"update":0.002,"dead":0.1}, …]}
 * Layers of which nothing is known are left out; a number that is not known, or not finite, is null. NULL without
 * memory; json_decref() it. */
struct json_t *health_json(const struct health *h);

/* False with an error where it is none. */
bool health_json_read(const struct json_t *object, struct health *out, struct error *e);

#endif
