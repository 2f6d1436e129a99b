/* A comparison as JSON, for programs. */
#ifndef CLI_COMPARE_JSON_H
#define CLI_COMPARE_JSON_H

#include "run/compare/comparison_table.h"

/* An object: "rows" of the table, "runs" with the folder and the row of each, "differences", "notes", "verdict" and
 * "scaling", a list of how more threads or GPUs do, empty where it is none.
 * What is unknown is null. False with an error. */
bool compare_json_print(const struct comparison *c, const struct comparison_result *results,
                        const struct comparison_table *t, struct error *e);

#endif
