/* How far long work over images is, as a line of progress; a signal ends it. */
#ifndef CLI_TELLING_H
#define CLI_TELLING_H

#include "cli/progress.h"

struct telling {
    struct progress line;
    const char *what; /* "reading" */
};

struct telling telling_begin(const char *what);

/* The `progress` of data and predictions: `done` is 0..1. False once interrupt_came(). */
bool telling_progress(void *telling, double done);

/* Clears the line. */
void telling_end(struct telling *t);

#endif
