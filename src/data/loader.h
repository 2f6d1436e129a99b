/* Batches of a source's images, read ahead. The order of an epoch depends on the seed and the epoch alone
 * (data/epoch_order.h); where a set is larger than the memory, on that, too (data/stream_order.h). The loader has a
 * thread that reads up to three batches before they are asked for, so that training waits only where reading is slower
 * than training. Small batches of images in memory are copied when they are asked for.
 *
 * Where reading is decoding, threads of the source do it, on the same cores as those that train on a CPU. Whether they
 * yield to these is found while it runs (data/pace.h). What is in a batch does not depend on it. */
#ifndef DATA_LOADER_H
#define DATA_LOADER_H

#include "base/slice.h"
#include "data/batch.h"
#include "data/subset.h"

struct loader_options {
    enum subset subset;
    double validation; /* fraction of the training split held out, 0 ≤ v < 1; with 0, SUBSET_VALIDATION is the test
                          split */
    int batch;         /* images a batch; the last batch of an epoch has what is left */
    struct batch_share share; /* of several that share each batch, each with a loader of its own: this one's slice of
                                 it is read, which may be empty; zeroed: all */
    int next;          /* 1: a slice that is not empty comes with the image behind it, after the last of a batch the
                          first of it, which is not counted */
    bool shuffle;      /* else the order is that of the source */
    uint64_t seed;
    const int32_t *balance; /* [count of the split] labels, free again once it is open: every class comes equally often,
                               in an order that is shuffled; an epoch has as many images as ever. NULL: every image
                               comes once */
    bool cropped;      /* random parts of the images, by seed, epoch and image; the source must be able to */
    uint64_t memory;   /* bytes for images that are read ahead to be shuffled (data/stream.h); the order of a set that
                          is larger depends on it */
    bool shares_cores; /* the caller computes on the cores that decode: these may yield */
    bool (*go_on)(void *context); /* asked ten times a second while loader_next() waits; NULL: it waits for ever */
    void *go_on_context;
    const int32_t *labels; /* [count of the split] or NULL. Given by a caller that has the images elsewhere: then the
                              source is not read, and batches have labels and index alone */
};

struct loader;

/* The source stays the caller's and must outlive the loader. Several loaders of a source that is not in memory may be
 * open, but only one at a time may be in an epoch, which lasts from loader_start() to the NULL of loader_next(). NULL
 * with an error, also for a subset without images; loader_close() it. */
struct loader *loader_open(struct source *s, const struct loader_options *o, struct error *e);
size_t loader_bytes(const struct loader_options *o, const struct dataset_info *info); /* that it allocates, about */
uint32_t loader_images(const struct loader *l);  /* images an epoch, all slices together */
const uint32_t *loader_members(const struct loader *l); /* [loader_images()] their positions in the split, ascending */
uint32_t loader_batches(const struct loader *l); /* batches an epoch */

/* Starts an epoch, even when the one before is not at its end, with batch `first_batch`. False with an error when there
 * are fewer batches. */
bool loader_start(struct loader *l, uint32_t epoch, uint32_t first_batch, struct error *e);

/* The next batch, owned by the loader and valid until the next call; NULL at the end of the epoch (e->kind is
 * ERROR_NONE) or on an error, ERROR_STOPPED where options.go_on was false while it waited. */
const struct batch *loader_next(struct loader *l, struct error *e);
void loader_close(struct loader *l); /* waits for what is being read; takes NULL */

#endif
