#include "run/figures/run_data.h"

#include <stdlib.h>

#include "base/text.h"
#include "nn/train/trainer_status.h"
#include "run/run_entry.h"
#include "run/run_recipe.h"
#include "run/sighting.h"

/* Of a run that has no summary.json. */
static const char *state_of(const struct run_data *d, const char *metrics)
{
    return metrics_are_claimed(metrics) || sighting_trains(d->folder) ? trainer_state_names[TRAINER_RUNNING]
                                                                     : run_state_word(RUN_CUT_OFF);
}

/* A run that is not over has no summary.json; the first line of its metrics says what is known. */
static bool read_summary(struct run_data *d, const char *metrics, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, d->folder, "summary.json", e))
        return false;
    if (path_is_file(path))
        return summary_read(&d->summary, path, e);
    d->summary = d->curves.run;
    if (!d->curves.introduced)
        summary_forget(&d->summary);
    text_copy(d->summary.state, sizeof d->summary.state, state_of(d, metrics));
    d->summary.epochs = (int)d->curves.n_epochs;
    return true;
}

/* Which parts of the run are there: one that was half copied lacks some. */
static bool has(const char *folder, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_is_folder(folder))
        return error_set(e, ERROR_INPUT, "%s is not the folder of a run", folder);
    return path_join(path, folder, name, e) &&
           (path_is_file(path) || error_set(e, ERROR_INPUT,
                                            "%s has no %s: it is not a run's folder, or was not copied "
                                            "whole",
                                            folder, name));
}

bool run_data_read(struct run_data *d, const char *folder, struct error *e)
{
    char path[PATH_SIZE], whole[PATH_SIZE];

    *d = (struct run_data){ 0 };
    text_copy(d->folder, sizeof d->folder, folder);
    /* "." and "runs/7/" have no name of their own at the end. */
    char *resolved = realpath(folder, NULL);
    text_copy(whole, sizeof whole, resolved ? resolved : folder);
    free(resolved);
    text_sanitise(d->label, sizeof d->label, path_name(whole));
    if (!has(folder, "recipe.ini", e) || !has(folder, "metrics.jsonl", e) || !run_recipe_load(&d->recipe, folder, e) ||
        !path_join(path, folder, "metrics.jsonl", e) || !metrics_read(path, NULL, &d->curves, e))
        return false;
    if (read_summary(d, path, e) && layer_times_read(&d->layers, folder, e))
        return true;
    run_data_free(d);
    return false;
}

void run_data_free(struct run_data *d)
{
    metrics_read_free(&d->curves);
}
