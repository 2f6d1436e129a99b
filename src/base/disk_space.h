/* How much may still be written to a folder: what is free there, and what the user's quota leaves. */
#ifndef BASE_DISK_SPACE_H
#define BASE_DISK_SPACE_H

#include <stdint.h>

#include "base/error.h"

struct disk_space {
    uint64_t free; /* bytes, for a user without privileges */
    bool has_quota;
    uint64_t quota_left; /* bytes; where the kernel tells of a quota: network file systems have their own tools */
};

/* False with ERROR_IO, or ERROR_INPUT for a path that is too long. */
bool disk_space_of(const char *folder, struct disk_space *out, struct error *e);

/* The same of the folder, or of the first above it that is there. */
bool disk_space_nearest(const char *folder, struct disk_space *out, struct error *e);

uint64_t disk_space_left(const struct disk_space *s); /* bytes: the less of both */
bool disk_space_by_quota(const struct disk_space *s); /* it is the quota that says so */

/* Is there room for `bytes` in the folder that the file `path` is in? False with an error, ERROR_IO when there is not;
 * which says so. Where nothing can be found out there is. */
bool disk_space_check(const char *path, uint64_t bytes, struct error *e);

#endif
