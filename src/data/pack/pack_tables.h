/* The data sets of a packed file:
 *
 *     encoded    images [bytes]; offsets_train, lengths_train, sizes_train [count][height, width]; the same for test
 *     raw        x_train [count][height][width][channels], x_test
 *     both       y_train, y_test; class_names; names_train, names_test where the images have names */
#ifndef DATA_PACK_TABLES_H
#define DATA_PACK_TABLES_H

#include "data/pack/pack_hdf5.h"
#include "data/pack/pack_kept.h"

/* What a file says of its images beside their bytes. */
struct pack_tables {
    struct dataset_info info;
    struct image_wanted raw; /* the shape of every image; height 0: they are encoded */
    uint64_t rows;           /* images in a compressed chunk; 0: not compressed */
    /* The name of a kept image; NULL: they have none. */
    void (*name)(const void *context, enum split split, uint32_t number, char *to, size_t size);
    const void *context;
    void *made[PACK_PARTS_MOST]; /* memory of the parts */
};

/* What a file begins with: NULL where its images are raw. */
const char *pack_tables_preface(bool raw);

/* The parts of the file. False with an error; pack_tables_free() them. */
bool pack_tables_make(struct pack_tables *t, const struct pack_kept *k, struct pack_parts *out, struct error *e);
void pack_tables_free(struct pack_tables *t);

#endif
