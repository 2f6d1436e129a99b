/* The members of a zip file that somebody else made: those that are asked for, read into memory of a bounded size. What
 * the file says of sizes is not believed. */
#ifndef RUN_ZIP_MEMBERS_H
#define RUN_ZIP_MEMBERS_H

#include <stddef.h>

#include "base/atomic_file.h"
#include "base/error.h"

struct zip_member {
    const char *name;
    bool optional;
    char *bytes;       /* to read: room for `most` of them */
    size_t most, size; /* the second: how many it has; 0 where there is none of that name, or it is empty */
};

/* Reads what is asked for. False with an error that names the file: it is damaged or no zip file, a member is missing,
 * there twice, encrypted or larger than there is room, or one of them has a name that leads out of the file's folder.
 * To be called behind a guard (base/guard.h). */
bool zip_members_read(const char *path, struct zip_member *members, int n, struct error *e);

/* A file of these members, uncompressed and without times, so that the same members give the same file. It appears
 * whole or not at all; `wish` as in atomic_file_write_parts(). False with an error. */
bool zip_members_write(const char *path, const struct zip_member *members, int n, const struct atomic_wish *wish,
                       struct error *e);

#endif
