/* A file that appears whole or not at all: it is written under another name in the same folder, synced, then renamed.
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
#include <stdint.h>

#include "base/error.h"
#include "base/path.h"

struct atomic_file {
    char path[PATH_SIZE];
    char temporary[PATH_SIZE]; /* same folder and extension, unique name; "" after commit and abandon */
    int descriptor;            /* of the temporary file, open for writing until then */
};

/* Creates the temporary file, empty, so that a folder that cannot be written is an error at once. False with ERROR_IO,
 * or ERROR_INPUT if the path is too long; then there is nothing to abandon. */
bool atomic_file_begin(struct atomic_file *file, const char *path, struct error *e);

/* Syncs the temporary file and renames it to `path`, replacing what is there. On ERROR_IO it is abandoned. */
bool atomic_file_commit(struct atomic_file *file, struct error *e);

/* Removes the temporary file. Harmless after a commit. */
void atomic_file_abandon(struct atomic_file *file);

/* Removes what writers of this path that were killed have left. Only for who knows that nobody writes it now. */
void atomic_file_clean(const char *path);

/* All of this for contents that are in memory. False with an error, and the file as it was before. */
bool atomic_file_write(const char *path, const void *bytes, size_t size, struct error *e);

/* The same without waiting for the disk: for what is worth nothing any more after a crash of the machine. */
bool atomic_file_show(const char *path, const void *bytes, size_t size, struct error *e);

struct atomic_part {
    const void *bytes;
    size_t size;
};

/* Asked before each piece of a large file, when `done` bytes of `all` are on the disk: false gives up. */
struct atomic_wish {
    bool (*go_on)(void *context, uint64_t done, uint64_t all);
    void *context;
};

/* The same for parts that follow each other. The wish is asked between pieces of 64 MB, which are synced, so that what
 * is done tells how quick the disk is; NULL: nobody is asked. ERROR_STOPPED when it gave up. */
bool atomic_file_write_parts(const char *path, const struct atomic_part *parts, int n, const struct atomic_wish *wish,
                             struct error *e);

#endif
