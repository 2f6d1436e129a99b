/* Gives a run's folder another name. */
#ifndef RUN_PAST_RUN_RENAME_H
#define RUN_PAST_RUN_RENAME_H

#include "base/error.h"
#include "base/path.h"

/* `out`: its new path, beside the old one. False with an error: the name is taken or none that a run can have, or the
 * run trains. */
bool run_rename(const char *folder, const char *name, char out[PATH_SIZE], struct error *e);

#endif
