/* Writes any source as one HDF5 file in the layout of the Keras lessons: x_train, y_train, x_test, y_test, class_names.
 */
#ifndef DATA_IMPORT_H
#define DATA_IMPORT_H

#include "data/sources/source.h"

/* Writes the first limit[split] images of a split, or all where the limit is 0 or larger than their count. Chunks hold
 * whole images, and are compressed with the shuffle filter and gzip. The file appears whole or not at all; the same
 * images give the same bytes. `progress` as in source_memory_load(). */
bool import_to_hdf5(struct source *from, const uint32_t limit[SPLIT_COUNT], const char *path,
                    bool (*progress)(void *context, double done), void *context, struct error *e);

#endif
