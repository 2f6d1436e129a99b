/* How far packing is, for whom it may concern. */
#ifndef DATA_PACK_PROGRESS_H
#define DATA_PACK_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct pack_progress {
    uint32_t done;    /* images */
    uint32_t all;     /* 0: it is not known before the end */
    uint32_t resumed; /* of `done`: by an earlier import */
    double part;      /* of the work, 0…1 */
    bool finishing;   /* all are done, and the file is put together */
};

struct pack_watch {
    bool (*progress)(void *context, const struct pack_progress *p); /* false: stop (ERROR_STOPPED); may be NULL */
    void *context;
};

#endif
