/* A packed file on its way. Beside the place where x.h5 is to be there are
 *
 *     .x.h5.partial    the bytes of the images, where they will be in the file
 *     .x.h5.journal    what was made of each image, in order: written when its bytes are safely in the other
 *
 * so that after a kill, or a crash of the machine, the same work goes on where it was. */
#ifndef DATA_PACK_PARTIAL_H
#define DATA_PACK_PARTIAL_H

#include "base/path.h"
#include "data/pack/pack_image.h"

/* What the journal says of an image, beside its text. */
struct pack_record {
    uint32_t fate, size;
    int32_t label;
    uint32_t height, width;
    uint32_t twin; /* of a duplicate: the number of the image that it is the same as */
    uint64_t hash;
};

/* What work it is: the same work has the same numbers. */
struct pack_identity {
    uint64_t work; /* a hash of what is asked for, and of what it is made of */
    uint64_t base; /* the place of the first image in the file */
};

enum pack_found { PACK_FOUND_NOTHING, PACK_FOUND_OTHER /* work, which was removed */, PACK_FOUND_SAME };

struct pack_partial {
    char path[PATH_SIZE], bytes_path[PATH_SIZE], journal_path[PATH_SIZE], index_path[PATH_SIZE];
    int bytes, journal;           /* descriptors; -1: not open */
    struct encoded_bytes pending; /* records, until they are saved */
    double saved;                 /* when they were, in clock_seconds() */
    bool any;                     /* there are some in the journal */
};

#define PACK_PARTIAL_CLOSED                                                                                            \
    {                                                                                                                  \
        .bytes = -1, .journal = -1                                                                                     \
    }

/* Opens what is there, or begins it. False with an error, also when another process writes the same file; nothing needs
 * to be closed then. */
bool pack_partial_open(struct pack_partial *p, const char *path, struct error *e);

/* Looks for earlier work. Each record of it, in order, is given to `found`, with its texts; that returns false when
 * the bytes that belong to it cannot be there: the work goes on from there. False with an error. */
bool pack_partial_resume(struct pack_partial *p, const struct pack_identity *identity,
                         bool (*found)(void *context, const struct pack_record *record, const char *text,
                                       const char *name, uint64_t bytes_there),
                         void *context, enum pack_found *what, struct error *e);

/* Writes bytes to their place. */
bool pack_partial_write(struct pack_partial *p, uint64_t at, const void *bytes, size_t size, struct error *e);

/* Notes an image whose bytes were written; they are saved together, about once a second. */
bool pack_partial_note(struct pack_partial *p, const struct pack_record *record, const char *text, const char *name,
                       struct error *e);
bool pack_partial_save(struct pack_partial *p, struct error *e);

/* The file is whole: gives it its name. `whole`: the path of it, when that is not the partial one. */
bool pack_partial_finish(struct pack_partial *p, const char *whole, struct error *e);

/* Closes it; what is there stays, or is removed. */
void pack_partial_close(struct pack_partial *p, bool keep);

#endif
