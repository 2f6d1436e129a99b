/* Fetches a data set: its files from their mirrors, each checked, then unpacked beside its place, then renamed. It can
 * be stopped at any time, and goes on where it was. */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "fetch/destination.h"
#include "fetch/transfer.h"

enum fetch_phase { FETCH_TRANSFERS, FETCH_UNPACKS };

struct fetch_progress {
    enum fetch_phase phase;
    char file[OFFER_NAME_SIZE]; /* its name */
    char host[128];             /* that it comes from; "" while it is unpacked */
    uint64_t done, all; /* bytes of all files that have come, or of the archives that were unpacked */
    double rate;      /* of late, in bytes a second; negative: not known yet */
    double left;      /* seconds of this phase; negative: not known yet */
};

struct fetch {
    const struct offer *offer;
    const char *to;                /* a folder as a person types it; NULL: that of the data sets */
    struct transfer_limits limits; /* zeroed: the usual ones */
    bool (*tell)(void *context, const struct fetch_progress *now); /* at least once a second; false: stop */
    void (*note)(void *context, const char *text); /* a sentence on what went wrong, while it goes on; may be NULL */
    void *context;
};

/* Is it there, by its name, in the folder of the data sets? */
bool fetch_is_here(const struct offer *o);

/* From any thread. True: it is there. False with an error, which says how to go on; what has come is kept. */
bool fetch_run(const struct fetch *f, struct error *e);

#endif
