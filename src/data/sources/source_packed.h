/* A file of packed images under another name. source_open() opens one as what it is. */
#ifndef DATA_SOURCE_PACKED_H
#define DATA_SOURCE_PACKED_H

#include "data/sources/source.h"

/* `name` is the data set's, and `format` that of its source's class. NULL with an error; source_close() it. */
struct source *source_packed_open_as(const char *path, const char *name, const char *format,
                                     const struct source_wish *wish, struct error *e);

#endif
