/* The tasks of a job script: each recipe with each combination of the values that vary. */
#ifndef CLI_SBATCH_TASKS_H
#define CLI_SBATCH_TASKS_H

#include "batch/batch_script.h"
#include "cli/recipe_options.h"

struct sbatch_request {
    const char *const *recipes; /* as they were given; none: the built-in one */
    int n_recipes;
    const struct recipe_option *settings; /* of all of them */
    int n_settings;
    const char *const *varied; /* "SECTION.KEY=VALUE,VALUE" */
    int n_varied;
};

struct sbatch_tasks {
    int count;
    struct batch_task *tasks;
    struct recipe *recipes; /* what each trains */
    const char **lists;     /* the words of each, one behind the other */
    char **words;           /* those of them that were made; ends with NULL */
};

/* Every recipe is read and every value checked. False with an error; else sbatch_tasks_free() it. */
bool sbatch_tasks_make(const struct sbatch_request *request, struct sbatch_tasks *out, struct error *e);
void sbatch_tasks_free(struct sbatch_tasks *t); /* a zeroed one is fine */

/* Adds `--device` where the recipe's is not there in the job. Once. */
void sbatch_tasks_fit(struct sbatch_tasks *t, const struct batch_job *job);

#endif
