/* One file inside an archive (zip, tar, and these compressed), read from its beginning on as if it were a file. */
#ifndef DATA_PACKED_FILE_H
#define DATA_PACKED_FILE_H

#include <stdio.h>

#include "base/error.h"

/* Opens the first entry with this name. NULL with an error; with ERROR_NONE there is no such entry. Not seekable; a
 * damaged archive shows as an early end with ferror(). fclose() it. */
FILE *packed_file_open(const char *path, const char *name, struct error *e);

#endif
