/* Makes an HDF5 file around bytes that lie at their places already.
 *
 * The library writes a file in which the images are a hole (the index), of the size that the whole file is to have;
 * then all of it but the hole is copied into the file that has the images. So they are written once, in the order in
 * which they come, before it is known how many there will be. */
#ifndef DATA_PACK_HDF5_H
#define DATA_PACK_HDF5_H

#include "data/pack/pack_image.h"

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
};

/* Where the first image is in a file with or without a preface. 0 with an error; `path` is for that. */
uint64_t pack_hdf5_base(const char *preface, const char *path, struct error *e);

/* Writes the index of the file, and copies it around the images in `bytes`, a descriptor. Where images are to be
 * compressed the index becomes the whole file instead. `path` is for errors. False with an error. */
bool pack_hdf5_write(const char *index, const struct pack_parts *parts, int bytes, const char *path, struct error *e);

#endif
