/* Images of a split that go through a network together, or the slice of them that one of several has. */
#ifndef DATA_BATCH_H
#define DATA_BATCH_H

#include "data/sources/source.h"

struct batch {
    const uint8_t *images; /* [count + next][H][W][C], or NULL */
    const int32_t *labels; /* [count + next] */
    const uint32_t *index; /* [count + next] positions in the split */
    int count;
    int next;         /* as the options say; 0 where count is */
    int first, whole; /* of how many these are, and which of those the first of these is */
    enum split split; /* the split of the images */
    struct source_effort effort; /* what reading this batch took */
};

#endif
