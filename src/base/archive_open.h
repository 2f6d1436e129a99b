/* Archives, by libarchive. */
#ifndef BASE_ARCHIVE_OPEN_H
#define BASE_ARCHIVE_OPEN_H

#include "base/error.h"

struct archive;

/* A tar file, plain or compressed by gzip, bzip2, xz or zstd, or a zip file: what the library reads without starting
 * other programs. NULL with ERROR_INPUT or ERROR_MEMORY; archive_read_free() it. */
struct archive *archive_open(const char *path, struct error *e);

#endif
