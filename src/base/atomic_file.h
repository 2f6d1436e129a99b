/* A file that appears whole or not at all: written beside its place, synced, then renamed.
 *
 *     struct atomic_file file;
 *     if (!atomic_file_begin(&file, path, e)) return false;
 *     … write file.temporary …
 *     if (!written) { atomic_file_abandon(&file); return false; }
 *     return atomic_file_commit(&file, e);
 */
#ifndef BASE_ATOMIC_FILE_H
#define BASE_ATOMIC_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "base/path.h"

struct atomic_file {
    char path[PATH_SIZE];
    char temporary[PATH_SIZE]; /* same folder, same extension (readers look at it), unique name */
};

/* Chooses and creates the temporary file, so that a folder that cannot be written is known at once. */
bool atomic_file_begin(struct atomic_file *file, const char *path, struct error *e);

/* Syncs the temporary file and renames it into place; abandons it when that fails. */
bool atomic_file_commit(struct atomic_file *file, struct error *e);

/* Removes the temporary file. Harmless after a commit. */
void atomic_file_abandon(struct atomic_file *file);

/* All in one for small contents. */
bool atomic_file_write(const char *path, const void *bytes, size_t size, struct error *e);

#endif
