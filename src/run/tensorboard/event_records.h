/* The records of a TensorBoard event file, in memory: each is an Event (event.proto) in the frame of a TFRecord, which
 * is its length (8 bytes), the masked CRC-32C of these, the message, and the masked CRC-32C of that. */
#ifndef RUN_TENSORBOARD_EVENT_RECORDS_H
#define RUN_TENSORBOARD_EVENT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct event_records {
    unsigned char *bytes;
    size_t size, room;
};

struct event_time {
    double wall;   /* seconds since 1970 */
    uint64_t step; /* of the run */
};

struct event_scalar {
    char tag[96]; /* "train/loss": TensorBoard shows what is before the slash as a group */
    float value;
};

enum { EVENT_SCALARS_MAX = 8 }; /* of one event */

/* Each appends a record. False with ERROR_MEMORY, and then nothing is appended. */
bool event_records_begin(struct event_records *r, struct event_time t, struct error *e); /* the first of a file */
/* What other files of the folder have of this step and later ones was taken back: the run went on from before it. */
bool event_records_go_on(struct event_records *r, struct event_time t, struct error *e);
bool event_records_add(struct event_records *r, struct event_time t, const struct event_scalar *scalars, int n,
                       struct error *e);

/* The first record of bytes that were read: its size, 0 where there is no whole one. `taken_back`: it has scalars of a
 * step behind `step`. */
size_t event_records_first(const unsigned char *bytes, size_t size, uint64_t step, bool *taken_back);

void event_records_free(struct event_records *r); /* and it is empty */

#endif
