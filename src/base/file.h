/* Whole reads and writes: those of the system may do less than was asked for, or be interrupted. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* At the end, or at a place. False with errno set; what was written before stays written. */
bool file_write(int descriptor, const void *bytes, size_t size);
bool file_write_at(int descriptor, const void *bytes, size_t size, off_t place);

/* From a place in the file. False with errno set, to ENODATA where the file ends before. */
bool file_read_at(int descriptor, void *to, size_t size, off_t place);

/* Opens a file to read it. A pipe, a socket or a device is none, and nobody waits for one: ENOTSUP. -1 or NULL with
 * errno set. */
int file_open(const char *path);
FILE *file_open_stream(const char *path);

/* A small file as a whole, with a zero behind it: a regular one of fewer than `size` bytes, not behind a link. *owner:
 * its user; NULL: nobody asks. False with errno set: EFBIG where it is larger, EINVAL where it is no file. */
bool file_read_small(const char *path, char *text, size_t size, uid_t *owner);

/* Why one of these failed, in words; valid like those of strerror(). */
const char *file_reason(void);

#endif
