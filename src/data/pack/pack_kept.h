/* The images that are in a packed file, and where. */
#ifndef DATA_PACK_KEPT_H
#define DATA_PACK_KEPT_H

#include "data/sources/source.h"

struct pack_kept_image {
    uint64_t at;     /* in the file */
    uint32_t size;   /* bytes */
    uint32_t number; /* in its split, of the set that it is from */
    int32_t label;
    uint32_t height, width; /* as it was shown before */
};

struct pack_kept {
    struct pack_kept_image *images[SPLIT_COUNT];
    uint32_t count[SPLIT_COUNT], room[SPLIT_COUNT];
    uint64_t base; /* of the first image in the file */
    bool apart;    /* each split begins at a multiple of PACK_ALIGNED, as a data set of its own */
    uint64_t end;  /* of the last image in the file */
};

/* Where the next image of a split is to be. */
uint64_t pack_kept_place(const struct pack_kept *k, enum split split);

/* Adds an image at its place, which is set; splits come in order. False with an error. */
bool pack_kept_add(struct pack_kept *k, enum split split, const struct pack_kept_image *image, struct error *e);
void pack_kept_free(struct pack_kept *k);

#endif
