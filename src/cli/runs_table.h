/* Runs as a table, and what differs between their recipes, for people. */
#ifndef CLI_RUNS_TABLE_H
#define CLI_RUNS_TABLE_H

#include "base/error.h"
#include "run/run_entry.h"

/* Rows that fit in so many columns; 0: whole ones. */
void runs_table_print(struct run_entry *const *entries, int count, int columns);

/* A line a value, of the recipes of these folders. False with an error. */
bool runs_table_print_differences(const char *const *folders, int count, struct error *e);

#endif
