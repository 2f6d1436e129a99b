/* Compresses images into the chunks of an HDF5 data set, several at once: the library itself would do one after
 * another, under its lock. */
#ifndef DATA_PACK_CHUNKS_H
#define DATA_PACK_CHUNKS_H

#include <hdf5.h>

#include "data/pack/pack_part.h"

enum { PACK_GZIP_LEVEL = 4 };

/* Writes all chunks of the data set, of part->rows images each, with the bytes that are at part->at in the file of the
 * descriptor. `parts` says how, `path` is for errors. With hdf5_lock() held. False with an error. */
bool pack_chunks_write(hid_t dataset, const struct pack_part *part, const struct pack_parts *parts, int bytes,
                       const char *path, struct error *e);

#endif
