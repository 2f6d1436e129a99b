/* What a process that was started prints, passed on line by line with a label before each: where several print at the
 * same time. */
#ifndef CLI_HELD_OUTPUT_H
#define CLI_HELD_OUTPUT_H

#include <stddef.h>

#include "base/error.h"

struct held_output {
    int ends[2]; /* of a pipe, to read and to write; 0: it is not open */
    const char *label;
    char line[512];
    size_t used;
};

/* The label must outlive it. Before the fork. False with an error. */
bool held_output_open(struct held_output *h, const char *label, struct error *e);

void held_output_take(struct held_output *h);  /* in the new process: its standard output and error go there */
void held_output_leave(struct held_output *h); /* in the other one: it only reads */

int held_output_descriptor(const struct held_output *h); /* to poll; -1: nothing comes any more */
void held_output_pass(struct held_output *h);            /* prints the whole lines that came */
void held_output_close(struct held_output *h);           /* prints the rest; a zeroed one is fine */

#endif
