/* Deletes runs. */
#ifndef RUN_PAST_RUN_DELETE_H
#define RUN_PAST_RUN_DELETE_H

#include "base/error.h"
#include "base/path.h"

/* Removes what cuvette has written into a run's folder, and the folder where nothing else is in it; else `left` gets
 * the name of something that stays, otherwise "". False with an error: the run trains, or something cannot be
 * removed. */
bool run_delete(const char *folder, char left[PATH_SIZE], struct error *e);

#endif
