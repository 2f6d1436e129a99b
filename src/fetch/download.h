/* One file of a data set, from the first of its mirrors that has it. */
#ifndef FETCH_DOWNLOAD_H
#define FETCH_DOWNLOAD_H

#include "fetch/offer.h"
#include "fetch/transfer.h"

struct download {
    const struct offer *offer;
    const struct offer_file *file;
    const char *folder; /* where it arrives: as NAME.part, and as NAME when it is whole and its checksum right */
    struct transfer_limits limits;
    bool (*tell)(void *context, const char *host, uint64_t done); /* bytes of the file; false: stop */
    void (*note)(void *context, const char *text); /* a sentence on what went wrong, while it goes on; may be NULL */
    void *context;
};

/* TRANSFER_DONE, _STOPPED, _FAILED, _UNREACHED (no mirror was) or _BROKEN (no mirror gave it), all but the first with
 * an error. */
enum transfer_end download_run(const struct download *d, struct error *e);

#endif
