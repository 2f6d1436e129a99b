/* Some images of each class of a data set, small and in colour, to be looked at. */
#ifndef DATA_PREVIEW_H
#define DATA_PREVIEW_H

#include "data/sources/source.h"

struct preview_size {
    int height, width;
};

/* The size of a data set's images, made smaller where a side is longer than `side` pixels; at least 1. */
struct preview_size preview_size(const struct dataset_info *info, int side);

/* Picks `each` images of each class, or all where there are fewer, at random by the seed: their numbers, in rising
 * order, into index [classes][each], and how many the class has in all into of_class [classes]. */
void preview_pick(const int32_t *labels, uint32_t count, int classes, int each, uint64_t seed, uint32_t *index,
                  uint32_t *of_class);

/* The numbers of at most n images of a class from its `first`-th on; returns how many there are. */
int preview_of_class(const int32_t *labels, uint32_t count, int32_t class, uint32_t first, int n, uint32_t *index);

/* What is done to images before they are scaled. */
struct preview_change {
    struct source_crop crop; /* which parts of them are read, where the source was opened to be cropped */
    /* Changes images [n][H][W][C] of the data set in place. False with an error. */
    bool (*change)(const void *context, const struct dataset_info *info, uint8_t *images, int n, struct error *e);
    const void *context;
};

/* Reads images index[0..n) of a split, a few at once, changes them (NULL: they stay as they are), and scales them: to
 * rgb [n][size.height][size.width][3]. Grey has three equal channels; the fourth of four is left out. broken [n]: that
 * image cannot be read, and is black. False with an error. */
bool preview_read(struct source *s, enum split split, const uint32_t *index, int n,
                  const struct preview_change *change, struct preview_size size, uint8_t *rgb, bool *broken,
                  struct error *e);

/* "cat/0001.jpg", the file of an image, or "#17", its number. Safe to show. */
void preview_name(const struct source *s, enum split split, uint32_t index, char *to, size_t size);

#endif
