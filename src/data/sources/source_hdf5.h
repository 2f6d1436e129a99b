/* An HDF5 file in the layout of the Keras lessons, from bytes in memory. source_open() opens one from a file. */
#ifndef DATA_SOURCE_HDF5_H
#define DATA_SOURCE_HDF5_H

#include "data/sources/source.h"

/* The bytes are copied. `name` is the data set's, for titles and errors. NULL with an error; source_close() it. */
struct source *source_hdf5_open_image(const void *bytes, size_t size, const char *name, struct error *e);

#endif
