/* The run that somebody wants to watch. */
#ifndef RUN_WATCH_FIND_H
#define RUN_WATCH_FIND_H

#include "base/error.h"
#include "base/path.h"

/* `name`: a run, as run_folder_find() knows it; or a folder of runs, whose newest run that trains is meant; NULL: that
 * of all runs. False with an error that says what there is instead. */
bool watch_find(const char *name, char out[PATH_SIZE], struct error *e);

#endif
