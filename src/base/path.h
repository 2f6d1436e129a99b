/* Paths and folders. A path that does not fit in PATH_SIZE bytes, with its zero, is ERROR_INPUT. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PATH_SIZE = PATH_MAX };

bool path_join(char out[PATH_SIZE], const char *folder, const char *name, struct error *e); /* "folder/name" */
bool path_is_folder(const char *path);
bool path_is_file(const char *path);     /* a regular one, also by a link */
bool path_file_in(char out[PATH_SIZE], const char *folder, const char *name); /* "folder/name", where that is a file */
const char *path_name(const char *path); /* the part after the last slash: a pointer into the argument */
bool path_ends_with(const char *path, const char *suffix);

/* The folder itself or something in it, by their names alone; of slashes at the folder's end there may be some. Nothing
 * is below "/" or "". */
bool path_is_below(const char *path, const char *folder);

/* Makes the folder and its parents, unless they exist. False with ERROR_IO, which names the one that failed. */
bool path_make_folders(const char *path, struct error *e);

/* The folders of data sets and runs: CUVETTE_DATA and CUVETTE_RUNS, else datasets/ and runs/ in CUVETTE_HOME, else in
 * ${XDG_DATA_HOME:-~/.local/share}/cuvette. Nothing is created. False with ERROR_USAGE if none of these variables nor
 * HOME is set. */
bool path_datasets(char out[PATH_SIZE], struct error *e);
bool path_runs(char out[PATH_SIZE], struct error *e);

/* That of networks that were fetched: CUVETTE_WEIGHTS, else weights/ in the same places. */
bool path_weights(char out[PATH_SIZE], struct error *e);

/* The folder of what is kept between sessions: state/ in CUVETTE_HOME, else ${XDG_STATE_HOME:-~/.local/state}/cuvette.
 * Nothing is created. False with ERROR_USAGE if none of these variables nor HOME is set. */
bool path_state(char out[PATH_SIZE], struct error *e);

/* The folder of what the user sets once: config/ in CUVETTE_HOME, else ${XDG_CONFIG_HOME:-~/.config}/cuvette. The same
 * holds. */
bool path_config(char out[PATH_SIZE], struct error *e);

/* The folder of what can be made again: cache/ in CUVETTE_HOME, else ${XDG_CACHE_HOME:-~/.cache}/cuvette. The same
 * holds. */
bool path_cache(char out[PATH_SIZE], struct error *e);

/* A path as a person types it, with the home folder in place of a leading "~". */
bool path_typed(char out[PATH_SIZE], const char *typed, struct error *e);

#endif
