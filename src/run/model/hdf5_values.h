/* Texts, lists of names and arrays of floats in HDF5 files, in Keras's ways. All with the lock of base/hdf5.h held;
 * what fails leaves its reason to hdf5_error(). */
#ifndef RUN_HDF5_VALUES_H
#define RUN_HDF5_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include <hdf5.h>

enum { HDF5_RANK_MAX = 4 };

/* Attributes of a group. A long text has a length of its own: attributes of fixed length end at 64 KiB. */
bool hdf5_values_write_text(hid_t at, const char *name, const char *text);
bool hdf5_values_write_long_text(hid_t at, const char *name, const char *text);
bool hdf5_values_write_integers(hid_t at, const char *name, int count, const int *values);

/* A list of names, each as long as the longest where that fits; an empty one as Keras writes it: no floats. */
bool hdf5_values_write_names(hid_t at, const char *name, int count, const char *const *names);

/* A contiguous little-endian data set. */
bool hdf5_values_write_floats(hid_t at, const char *name, int rank, const int *dims, const float *values);

/* A file that is never on a disk, and a copy of its bytes as they would be there: free() it; NULL without memory. */
hid_t hdf5_values_create_in_memory(void);
void *hdf5_values_copy_file(hid_t file, size_t *size);

/* A list of names, of fixed or of their own length; NULL when it is not there or none. hdf5_values_free_names() it. */
char **hdf5_values_read_names(hid_t at, const char *name, int *count);
void hdf5_values_free_names(char **names, int count); /* takes NULL */

/* Rank and sizes of a data set of floats; false when there is none of that name, or of more than HDF5_RANK_MAX. */
bool hdf5_values_read_dims(hid_t at, const char *name, int *rank, int dims[HDF5_RANK_MAX]);
bool hdf5_values_read_floats(hid_t at, const char *name, float *values);

#endif
