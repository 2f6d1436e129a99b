/* HDF5 in the Keras lesson's layout, from bytes in memory; from a file it is opened by source_open(). */
#ifndef DATA_SOURCE_HDF5_H
#define DATA_SOURCE_HDF5_H

#include "data/sources/source.h"

/* The bytes are copied. `name` is the data set's, for titles and errors. */
struct source *source_hdf5_open_image(const void *bytes, size_t size, const char *name, struct error *e);

#endif
