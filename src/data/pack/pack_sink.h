/* Where the blocks of the queue end, in order: images are written to their place in the file, or left out, and what was
 * made of each is noted. */
#ifndef DATA_PACK_SINK_H
#define DATA_PACK_SINK_H

#include "data/pack/pack_names.h"
#include "data/pack/pack_partial.h"
#include "data/pack/pack_progress.h"
#include "data/pack/pack_queue.h"
#include "data/pack/pack_report.h"
#include "data/pack/pack_seen.h"
#include "data/pack/pack_tables.h"

struct pack_sink {
    const char *path;
    const struct pack_watch *watch; /* may be NULL */
    struct pack_report *report;
    int classes;                 /* labels are below it */
    uint32_t count[SPLIT_COUNT]; /* images that will come; UINT32_MAX: nobody knows */
    bool files;                  /* images were files: they may be there twice */
    bool apart;                  /* splits are (pack_kept.h) */
    int threads;                 /* that compress */
    /* The name of an image of a set. NULL: blocks bring the names, which are kept in `names`. */
    void (*name)(const void *context, enum split split, uint32_t index, char *to, size_t size);
    const void *context;

    struct pack_names names;
    struct pack_progress progress;
    struct pack_partial partial;
    struct pack_kept kept;
    struct pack_seen seen;
    enum split split; /* of the next image in order, and its number there */
    uint32_t next;
};

/* The fields up to `context` are set, and `partial` is closed; all others are zero. Opens what an earlier import left,
 * or begins; `preface` as in pack_hdf5.h, `needed` the bytes that there must be room for. False with an error;
 * pack_sink_end() it in any case. */
bool pack_sink_begin(struct pack_sink *s, uint64_t work, const char *preface, uint64_t needed, struct error *e);

bool pack_sink_take(struct pack_sink *s, const struct pack_block *b, struct error *e);

/* Tells the watch; ERROR_STOPPED when that wants an end. */
bool pack_sink_tell(struct pack_sink *s, struct error *e);

/* Is what was found good enough? ERROR_INPUT when there is no image, or with `strict` when any was left out. */
bool pack_sink_check(const struct pack_sink *s, const char *name, bool strict, struct error *e);

/* The file around the images, and its name: `kept` is the sink's own, or the same images in another order. */
bool pack_sink_finish(struct pack_sink *s, struct pack_tables *tables, const struct pack_kept *kept, struct error *e);

/* Closes all. With an error what is done stays where the same work may succeed another time, and the error says so. */
void pack_sink_end(struct pack_sink *s, bool good, struct error *e);

/* An image's name, of a set or from a block. */
void pack_sink_name(const struct pack_sink *s, enum split split, uint32_t index, char *to, size_t size);

#endif
