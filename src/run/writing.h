/* Writing a large file of a run that may have to be over by a time, see trainer_until(): will it be whole by then? */
#ifndef RUN_WRITING_H
#define RUN_WRITING_H

#include "base/atomic_file.h"
#include "nn/train/trainer.h"

struct writing {
    const struct trainer *trainer;
    double began, rate; /* clock; seconds a byte, as last measured, or 0 */
};

/* Begins now; `rate` is that of another file, which counts until a megabyte of this one is written. */
struct writing writing_begin(const struct trainer *trainer, double rate);

/* With `done` of `all` bytes written; `context` is a struct writing. */
bool writing_in_time(void *context, uint64_t done, uint64_t all);

/* To write as long as it is in time. Valid as long as `w` is. */
struct atomic_wish writing_wish(struct writing *w);

#endif
