/* The folder of a run: runs/0007-cifar10-cpu/ with recipe.ini, metrics.jsonl, checkpoint.safetensors,
 * best.h5, model.h5, summary.json and plots/, and while it trains status.json. */
#ifndef RUN_RUN_FOLDER_H
#define RUN_RUN_FOLDER_H

#include "base/error.h"
#include "base/path.h"
#include "nn/recipe/recipe.h"

struct run_folder {
    char path[PATH_SIZE];
    char made[PATH_SIZE]; /* the outermost folder that was made for it: path itself, one above it, or "" for none */
};

/* Makes the next numbered folder for a recipe, unique even when two runs start at once, or the folder `wanted` when
 * that is not NULL; it must be missing or empty. False with an error. */
bool run_folder_create(const struct recipe *r, const char *device, const char *wanted, struct run_folder *out,
                       struct error *e);

/* The files that a run and its user write into its folder; ends with NULL. */
extern const char *const run_folder_files[];

/* Removes what a run has written, and the folders that were made for it as far as nothing else is in them. What was
 * there before stays. */
void run_folder_remove(const struct run_folder *folder);

/* The same for a folder into which nothing was written: another run may have taken it meanwhile. */
void run_folder_leave(const struct run_folder *folder);

/* Removes half-written files of a run that was killed. Only for who has claimed it. */
void run_folder_clean(const char *folder);

/* The folder with the largest number. False with an error, also where there is none. */
bool run_folder_newest(char out[PATH_SIZE], struct error *e);

/* Finds a run's folder by path, by number ("7", "0007") or by name; of one that is gone, where the run is kept instead
 * (shelter_place.h). False with an error. */
bool run_folder_find(const char *name, char out[PATH_SIZE], struct error *e);

/* What run_folder_find() finds a folder by: its name where runs are looked for, else the path as it is. */
const char *run_folder_known_as(const char *folder);

#endif
