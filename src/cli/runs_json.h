/* Runs as JSON, for programs. */
#ifndef CLI_RUNS_JSON_H
#define CLI_RUNS_JSON_H

#include "base/error.h"
#include "run/run_entry.h"

/* An array of an object a run. False with an error. */
bool runs_json_print(struct run_entry *const *entries, int count, struct error *e);

/* An object: "runs", their folders, and "differences", an array for each value that is not the same in all. */
bool runs_json_print_differences(const char *const *folders, int count, struct error *e);

#endif
