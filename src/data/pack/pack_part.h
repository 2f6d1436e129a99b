/* The data sets of an HDF5 file that is to be made around images. */
#ifndef DATA_PACK_PART_H
#define DATA_PACK_PART_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PACK_PARTS_MOST = 16, PACK_RANK_MOST = 4, PACK_ALIGNED = 4096 };

/* The text that such a file begins with, before what HDF5 calls its superblock; a multiple of what is aligned. */
enum { PACK_PREFACE = PACK_ALIGNED };

enum pack_type {
    PACK_BYTES,  /* uint8 */
    PACK_SIZES,  /* uint32, of uint32_t */
    PACK_PLACES, /* uint64, of uint64_t */
    PACK_LABELS, /* int64, of int32_t */
    PACK_TEXTS   /* UTF-8 text of `text` bytes, padded with zeros */
};

/* A data set. */
struct pack_part {
    const char *name;
    enum pack_type type;
    int rank;
    uint64_t size[PACK_RANK_MOST];
    size_t text;        /* bytes of each text */
    const void *values; /* NULL: it is the images, at `at` */
    uint64_t at;        /* in the file */
    uint64_t rows;      /* images that are to be copied and compressed, in chunks of so many; 0: they stay */
};

struct pack_parts {
    struct pack_part part[PACK_PARTS_MOST]; /* the images first */
    int count;
    const char *preface; /* at most PACK_PREFACE bytes; NULL: none */

    /* While images are compressed: by so many threads; `tell` (may be NULL) gets how many more are done, and returns
     * false to stop. */
    int threads;
    bool (*tell)(void *context, uint64_t images, struct error *e);
    void *context;
};

/* Elements of a part. */
static inline uint64_t pack_part_elements(const struct pack_part *part)
{
    uint64_t elements = 1;

    for (int i = 0; i < part->rank; i++)
        elements *= part->size[i];
    return elements;
}

#endif
