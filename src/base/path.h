/* Paths and folders. A path fits in PATH_SIZE bytes or is an error. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PATH_SIZE = 1024 };

bool path_join(char out[PATH_SIZE], const char *folder, const char *name, struct error *e);
bool path_is_folder(const char *path);
bool path_is_file(const char *path);
const char *path_name(const char *path); /* the part after the last slash, inside the argument */
bool path_ends_with(const char *path, const char *suffix);

/* Makes the folder and its parents; one that exists is fine. */
bool path_make_folders(const char *path, struct error *e);

/* Where data sets and runs live: CUVETTE_DATA and CUVETTE_RUNS, else datasets/ and runs/ in
 * CUVETTE_HOME, else in ${XDG_DATA_HOME:-~/.local/share}/cuvette. Nothing is created. ERROR_USAGE when none of
 * these variables is set. */
bool path_datasets(char out[PATH_SIZE], struct error *e);
bool path_runs(char out[PATH_SIZE], struct error *e);

#endif
