/* Archives made for a test, hostile ones among them. */
#ifndef TESTS_SUPPORT_TOY_ARCHIVE_H
#define TESTS_SUPPORT_TOY_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

struct toy_entry {
    const char *name;
    const void *bytes; /* of a file; NULL with a size: zeros */
    size_t size;
    const char *link, *hard_link; /* where it leads, instead */
    bool folder, device, pipe;    /* it is one */
};

/* Writes a gzip-compressed tar, or a zip file where the path ends so, and returns the path. */
const char *toy_archive_write(const char *path, const struct toy_entry *entries, int count);

#endif
