/* Reads event files as TensorBoard does: frames, checksums, messages, and what a run that goes on takes back. */
#ifndef TESTS_SUPPORT_EVENTS_H
#define TESTS_SUPPORT_EVENTS_H

#include <stdint.h>

#include "base/path.h"

enum { EVENTS_MAX = 20000 };

struct events {
    int files, count, cut; /* cut: bytes at files' ends that are no whole record */
    struct {
        char tag[96];
        uint64_t step;
        double wall;
        float number;
    } scalars[EVENTS_MAX];
};

/* All files of a folder, in the order of their names. Anything that is wrong in them fails the test. free() it. */
struct events *events_read(const char *folder);

int events_of(const struct events *events, const char *tag); /* how many */

/* The only one of that tag and step: any other number of them fails the test. */
float events_at(const struct events *events, const char *tag, uint64_t step);

#endif
