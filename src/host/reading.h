/* A figure of what the node or a GPU is doing. One that cannot be read is unknown, never 0. */
#ifndef HOST_READING_H
#define HOST_READING_H

#include <stdbool.h>

struct reading {
    bool known;
    double value;
};

static inline struct reading reading_of(double figure)
{
    return (struct reading){ .known = true, .value = figure };
}

#endif
