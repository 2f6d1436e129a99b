/* What people see of packing: a line of progress, and what was left out. */
#ifndef CLI_PACK_PRINT_H
#define CLI_PACK_PRINT_H

#include "cli/progress.h"
#include "data/pack/pack.h"

struct pack_print {
    struct progress line;
    const struct pack_report *report;
    double start; /* when it began */
    bool begun;
};

struct pack_print pack_print_begin(const struct pack_report *report);
void pack_print_end(struct pack_print *p); /* clears the line */

/* A pack_watch's progress, with a pack_print as its context: false when a signal asked for an end. */
bool pack_print_tell(void *context, const struct pack_progress *progress);

/* Images that were left out, the first of them by name. */
void pack_print_skipped(const struct pack_report *r);

#endif
