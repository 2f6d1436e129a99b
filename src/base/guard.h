/* Looks at files that somebody else wrote in a process of its own, so that a file that crashes, hangs or floods a
 * library costs that process and nothing else. */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct guard_limits {
    double seconds; /* by the clock */
    uint64_t bytes; /* of memory, above what this process has now; 0: no limit */
    int stop;       /* a descriptor: when it can be read nobody wants the answer any more; 0: there is none */
};

/* Calls `work` in a child process, which has a copy of all memory, and writes to no file that is open here. True when
 * it returned true. False with its error, or with one that says how the child died while it looked at `subject`, a
 * path; ERROR_STOPPED when it was stopped. Locks that other threads hold stay locked in the child: `work` may allocate
 * and call HDF5 (base/hdf5.c), no more. */
bool guard_run(bool (*work)(void *context, struct error *e), void *context, const struct guard_limits *limits,
               const char *subject, struct error *e);

/* Memory of zeros that the child fills for the process that began it; munmap() it. NULL with an error: there is none to
 * read `subject` with. */
void *guard_share(size_t bytes, const char *subject, struct error *e);

#endif
