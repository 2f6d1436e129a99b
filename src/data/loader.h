/* Batches, prefetched: index lists are made here (a permutation per epoch from the seed), read on a thread of
 * the loader's own, and handed over a ring, so that the training thread never waits for a file. Small batches of images
 * that are in memory are copied when they are asked for. */
#ifndef DATA_LOADER_H
#define DATA_LOADER_H

#include "data/sources/source.h"

/* Which images: a split, or the part of the training split that validation leaves or takes (a seeded choice). */
enum subset { SUBSET_TRAIN, SUBSET_VALIDATION, SUBSET_TEST };

struct loader_options {
    enum subset subset;
    double validation; /* fraction of the training split held out, 0 ≤ v < 1; with 0, SUBSET_VALIDATION is the test
                          split */
    int batch;         /* images a batch; the last batch of an epoch has what is left */
    bool shuffle;
    uint64_t seed;
    const int32_t *labels; /* of every image of the split, the caller's: somebody else has the images. The source is not
                              read, batches have labels and index alone. NULL: batches have images */
};

/* Valid until the next loader_next(). */
struct batch {
    const uint8_t *images; /* [count][H][W][C], or NULL (see `labels` above) */
    const int32_t *labels; /* [count] */
    const uint32_t *index; /* [count] position in the split: names a sample for augmentation and galleries */
    int count;
    enum split split; /* that the images are of */
};

struct loader;

/* The source stays the caller's and must outlive the loader; one loader at a time may read it, except for
 * sources in memory, which any number may. */
struct loader *loader_open(struct source *s, const struct loader_options *o, struct error *e);
enum split loader_split(enum subset subset, double validation); /* that a subset's images are of */
uint32_t loader_images(const struct loader *l);  /* images an epoch */
uint32_t loader_batches(const struct loader *l); /* batches an epoch */

/* Starts (or restarts) an epoch: the order is that of (seed, epoch); `first_batch` skips ahead for a resumed run. */
bool loader_start(struct loader *l, uint32_t epoch, uint32_t first_batch, struct error *e);

/* The next batch; NULL at the end of the epoch (e->kind is ERROR_NONE) or on an error. */
const struct batch *loader_next(struct loader *l, struct error *e);
void loader_close(struct loader *l);

#endif
