/* Texts, lists of names and arrays of floats in HDF5 files, stored as Keras does. Call with the lock of base/hdf5.h
 * held; after a failure hdf5_error() gives the reason. */
#ifndef RUN_HDF5_VALUES_H
#define RUN_HDF5_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include <hdf5.h>

enum { HDF5_RANK_MAX = 4 };

/* Attributes of a group. A long text is of variable length, since attributes of fixed length end at 64 KiB. */
bool hdf5_values_write_text(hid_t at, const char *name, const char *text);
bool hdf5_values_write_long_text(hid_t at, const char *name, const char *text);
bool hdf5_values_write_integers(hid_t at, const char *name, int count, const int *values);

/* A list of names, of fixed length where that fits. An empty list is written as Keras does it: as no floats. */
bool hdf5_values_write_names(hid_t at, const char *name, int count, const char *const *names);

/* A contiguous little-endian data set. */
bool hdf5_values_write_floats(hid_t at, const char *name, int rank, const int *dims, const float *values);

/* A file to read from; negative when that fails. */
hid_t hdf5_values_open_file(const char *path);

/* The same of a copy of bytes that are a file's. */
hid_t hdf5_values_open_bytes(void *bytes, size_t size);

/* A file in memory, negative when that fails; and a copy of its bytes as they would be on disk: free() it, NULL without
 * memory. */
hid_t hdf5_values_create_in_memory(void);
void *hdf5_values_copy_file(hid_t file, size_t *size);

/* A list of names, of fixed or variable length; NULL when there is none. hdf5_values_free_names() it. */
char **hdf5_values_read_names(hid_t at, const char *name, int *count);
void hdf5_values_free_names(char **names, int count); /* takes NULL */

/* An attribute of exactly so many whole numbers; false when there is none of that name. */
bool hdf5_values_read_integers(hid_t at, const char *name, int count, int *values);

/* Rank and sizes of a data set that base/hdf5_foreign.h opened; false when it is not of floats, or its rank is above
 * HDF5_RANK_MAX. */
bool hdf5_values_read_dims(hid_t dataset, int *rank, int dims[HDF5_RANK_MAX]);
bool hdf5_values_read_floats(hid_t dataset, float *values);
void hdf5_values_format_dims(char *out, size_t size, int rank, const int *dims); /* "3x3x32x64" */

#endif
