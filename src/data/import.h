/* Any source to one HDF5 file in the Keras lesson's layout: x_train, y_train, x_test, y_test, class_names. */
#ifndef DATA_IMPORT_H
#define DATA_IMPORT_H

#include "data/sources/source.h"

/* Chunked by whole images, shuffle filter and gzip; atomic; the same images make the same bytes. Takes the first
 * limit[split] images of a split, or all where the limit is 0 or larger. `progress` as in source_memory_load. */
bool import_to_hdf5(struct source *from, const uint32_t limit[SPLIT_COUNT], const char *path,
                    bool (*progress)(void *context, double done), void *context, struct error *e);

#endif
