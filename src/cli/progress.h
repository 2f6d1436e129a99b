/* A line on standard error that is overwritten at most four times a second. Where standard error is not a terminal
 * nothing is written, so that logs stay clean. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
    bool on;     /* standard error is a terminal and the line is wanted */
    double next; /* when it may be written again */
    int width;   /* of the line as it is shown */
    char next_line[200];
    bool full;   /* a part did not fit */
};

struct progress progress_begin(bool wanted);

/* True when it is time for another line: ask before making the text. */
bool progress_due(struct progress *p);

/* Adds a part to the next line, which is left out where it does not fit any more, like all after it. */
void progress_add(struct progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_show(struct progress *p); /* and begins another line */

/* Clears the line. Call before any other output, and at the end. */
void progress_clear(struct progress *p);

#endif
