/* What a report says of a run in its tables, a row each. */
#ifndef RUN_FIGURES_REPORT_FACTS_H
#define RUN_FIGURES_REPORT_FACTS_H

#include "run/figures/run_data.h"

struct report_fact {
    const char *name;
    /* Writes nothing where it is not known. Any bytes: nothing is interpreted. */
    void (*value)(const struct run_data *d, char *out, size_t size);
};

/* Each list ends with a NULL name. */
extern const struct report_fact report_results[], report_environment[];

/* The command that trains the same again, of the recipe's file in the report: a line for a shell. */
void report_command(const struct run_data *d, const char *recipe, char *out, size_t size);

#endif
