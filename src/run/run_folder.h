/* Where a run leaves things: runs/0007-cifar10-cpu/ with recipe.ini, metrics.jsonl, model.h5, summary.json, plots/. */
#ifndef RUN_RUN_FOLDER_H
#define RUN_RUN_FOLDER_H

#include "base/error.h"
#include "base/path.h"
#include "nn/recipe.h"

/* Makes the next numbered folder for a recipe (unique even when two start at once), or, when `wanted` is not NULL,
 * that folder, which must be absent or empty. */
bool run_folder_create(const struct recipe *r, const char *device, const char *wanted, char out[PATH_SIZE],
                       struct error *e);

/* Takes back a folder that came to nothing: removes what a run writes, and the folder when nothing else is in it. */
void run_folder_remove(const char *folder);

/* Finds a run by path, by number ("7", "0007") or by folder name. */
bool run_folder_find(const char *name, char out[PATH_SIZE], struct error *e);

#endif
