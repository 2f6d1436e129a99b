/* What came of packing: how many images of which class, and what was left out. */
#ifndef DATA_PACK_REPORT_H
#define DATA_PACK_REPORT_H

#include "data/pack/pack_image.h"

enum { PACK_LISTED_MOST = 1000 };

/* An image that was left out. Foreign text: sanitise. */
struct pack_skipped {
    enum pack_fate fate;
    char name[160];
    char why[160]; /* what is wrong with it; of a duplicate the name of the other; "" where nothing is to be said */
};

struct pack_report {
    int classes;
    uint32_t *of_class[SPLIT_COUNT]; /* [classes] images that were packed */
    uint32_t found[PACK_FATES];      /* images of each fate */
    struct pack_skipped *skipped;    /* the first that were left out */
    int listed, room;
    uint32_t resumed;  /* images that an earlier import had done */
    bool started_over; /* what an earlier import had done was of other images, or made otherwise */
    uint64_t bytes;    /* of the file */
};

/* False with an error; else pack_report_free() it. */
bool pack_report_begin(struct pack_report *r, int classes, struct error *e);
void pack_report_free(struct pack_report *r);

/* Counts one that was left out, and lists it unless there are many. */
bool pack_report_skip(struct pack_report *r, enum pack_fate fate, const char *name, const char *why, struct error *e);

/* All that were left out. */
uint32_t pack_report_skipped(const struct pack_report *r);

#endif
