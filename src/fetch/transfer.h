/* One file from one server, by HTTP or HTTPS. It arrives under a name of its own, PATH, and a transfer that broke off
 * goes on where it ended: with Range, and If-Range where the server names what it sends; a server that knows no ranges
 * starts over. */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "base/error.h"
#include "fetch/checksum.h"

struct transfer_limits {
    double connect_seconds; /* to find and reach the server; 0: 5 */
    double stall_seconds;   /* without a byte; 0: 30. Whole seconds, at least 1 */
};

struct transfer {
    const char *url, *path;
    uint64_t bytes; /* that it must have */
    const struct checksum *checksum;
    struct transfer_limits limits;
    bool (*tell)(void *context, uint64_t done); /* bytes that are here; false: stop. At least once a second */
    void *context;
};

enum transfer_end {
    TRANSFER_DONE,      /* PATH is whole, and its checksum right */
    TRANSFER_STOPPED,   /* by `tell`; what is here stays */
    TRANSFER_UNREACHED, /* no server was reached: there may be no network */
    TRANSFER_BROKEN,    /* it broke off; what is here stays */
    TRANSFER_REFUSED,   /* the server has another file, or none, or cannot be trusted; what is here stays */
    TRANSFER_WRONG,     /* what came is not the file that is wanted: nothing of it stays */
    TRANSFER_FAILED,    /* by this machine: no room on the disk, no memory */
};

/* All ends but TRANSFER_DONE have an error, which names the server. */
enum transfer_end transfer_run(const struct transfer *t, struct error *e);

/* "https://host:80/a/b" -> "host:80" */
void transfer_host(char *to, size_t size, const char *url);

#endif
