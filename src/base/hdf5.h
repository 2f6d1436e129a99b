/* HDF5 without its surprises: one thread at a time, nothing printed, reasons in words.
 *
 * Many builds of the library are not safe for threads, so every call of it in the process stands between hdf5_lock()
 * and hdf5_unlock(). This header includes none of HDF5's, so that `base` stays what everything may include. */
#ifndef BASE_HDF5_H
#define BASE_HDF5_H

#include <stdint.h>

#include "base/error.h"

/* Not recursive. Takes the lock and keeps the library from printing its own errors. */
void hdf5_lock(void);
void hdf5_unlock(void);

/* For a call that has just failed: sets the formatted text, and ": No space left on device" or what else the
 * operating system said, when it was that. Call with the lock held, before another HDF5 call. Always false. */
bool hdf5_error(struct error *e, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Lets a file that is written with the default driver, and has failed to be, still be closed: what the library holds
 * back goes nowhere from now on. Without this a full disk makes closing fail, which leaves the file open and the
 * library's state broken. Flush before closing anything, so that a failure shows in time. `file` is its hid_t. */
void hdf5_give_up(int64_t file);

#endif
