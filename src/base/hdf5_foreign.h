/* Opens data sets of HDF5 files that somebody else wrote. Refused before anything is read: what leads out of the file
 * (external links and storage, virtual data sets), filters that are not the library's own robust ones, and sizes that
 * the bytes in the file cannot hold. A hdf5_lock() is held by the caller. */
#ifndef BASE_HDF5_FOREIGN_H
#define BASE_HDF5_FOREIGN_H

#include <hdf5.h>

#include "base/error.h"

/* Opens the data set `name` of a file or group; `path` is the file's, for errors. Negative with an error; H5Dclose()
 * it. */
hid_t hdf5_foreign_open(hid_t file, const char *path, const char *name, hid_t access, struct error *e);

#endif
