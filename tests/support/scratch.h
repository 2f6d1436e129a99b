/* A folder of a test's own. Whatever goes wrong in here fails the test. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include "base/path.h"

void scratch_make(char out[PATH_SIZE]);
void scratch_remove(const char *folder); /* and all that is in it */

/* "folder/name", formatted, in one of a few static places: for the arguments of one call. */
const char *scratch_path(const char *folder, const char *format, ...) __attribute__((format(printf, 2, 3)));

void scratch_write(const char *path, const char *text);
char *scratch_read(const char *path); /* the whole file, terminated; free() it */
int scratch_count(const char *folder); /* entries, "." and ".." left out; -1 when there is no such folder */

#endif
