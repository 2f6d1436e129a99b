/* HDF5, made safe: one thread at a time, nothing printed, the system's reason in errors.
 *
 * Many builds of the library are not safe for threads, so every call of it in this process must be between hdf5_lock()
 * and hdf5_unlock(). This header includes none of HDF5's, so that any file may include it. */
#ifndef BASE_HDF5_H
#define BASE_HDF5_H

#include <stdint.h>

#include "base/error.h"

/* Locks, and keeps the library from printing its own errors. Not recursive. */
void hdf5_lock(void);
void hdf5_unlock(void);

/* A property list (hid_t, H5Pclose() it) for H5Fopen() of a file that is read; it may be open already. Without file
 * locks: they fail on the file systems of many clusters, and a reader needs none. */
int64_t hdf5_read_access(void);

/* For a call that has just failed: sets the kind and the formatted text, and after it the system's reason, if that is
 * why it failed: ": No space left on device". Where the library was short of memory, that is the error instead. Call it
 * with the lock held, before any other HDF5 call. Always false. */
bool hdf5_error(struct error *e, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Lets a file be closed after writing it has failed: from now on, what the library has not written yet is discarded.
 * Without this, closing fails too on a full disk, which leaves the file open and the library in a broken state. Flush
 * before closing anything, so that a failure shows in time. `file` is its hid_t, opened with the default driver. */
void hdf5_give_up(int64_t file);

#endif
