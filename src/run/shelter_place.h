/* Where runs are kept whose own folder cannot be written (shelter.h): in the state folder (path.h), else in TMPDIR,
 * else in /tmp. Each is a folder of its own there, and a file in it names the folder that the run should have. */
#ifndef RUN_SHELTER_PLACE_H
#define RUN_SHELTER_PLACE_H

#include "base/error.h"
#include "base/path.h"

enum { SHELTER_PLACES = 3 };

#define SHELTER_HOME_FILE "home.txt" /* that file: a path, and a line's end */

/* Makes a folder in one of the places that nobody else may look into, and whose name nobody has. */
bool shelter_place_make(int place, const char *home, char out[PATH_SIZE], struct error *e);

/* Writes that file. */
bool shelter_place_mark(const char *folder, const char *home, struct error *e);

/* False where the folder is none of this user's shelters. `home`: the folder that its run should have. */
bool shelter_place_home(const char *folder, char home[PATH_SIZE]);

/* All that this user has, in every place. */
void shelter_place_each(void (*visit)(void *context, const char *folder, const char *home), void *context);

/* The newest for the run's folder `home`, which need not be there any more; false: there is none. */
bool shelter_place_find(const char *home, char out[PATH_SIZE]);

#endif
