/* Weights in HDF5 files that Keras wrote. */
#ifndef RUN_H5_ARRAYS_H
#define RUN_H5_ARRAYS_H

#include <hdf5.h>

#include "run/model/keras/keras_arrays.h"

/* Where a file has the array: its path from the file's root. False with an error that names the layer. */
typedef bool h5_arrays_place(hid_t file, const struct keras_array *a, char *to, size_t size, struct error *e);

/* In a .h5: model_weights/<layer>/<one of its weight_names>. */
h5_arrays_place h5_arrays_place_in_model;

/* Reads them. A hdf5_lock() is held by the caller, behind the guard. `path` is the file's, for errors. */
bool h5_arrays_take(hid_t file, const char *path, h5_arrays_place *place, const struct keras_array *arrays, int n,
                    struct error *e);

/* All of it for a .h5. */
keras_arrays_read h5_arrays_read;

#endif
