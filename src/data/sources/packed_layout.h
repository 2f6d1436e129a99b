/* Reads and checks a file of packed images: an HDF5 file that begins, before what is HDF5's, with PACKED_MAGIC and has
 *
 *     images         uint8 [bytes]         encoded images, JPEG or PNG each, not chunked
 *     offsets_train  [count]               where image i begins in `images`; any integer type
 *     lengths_train  [count]               its bytes
 *     y_train        [count]               its class; the same for test
 *     class_names    [classes] text
 *     names_train    [count] text          what it was called, optional
 *
 * Call with hdf5_lock() held, but for packed_layout_is(). `path` is for errors. */
#ifndef DATA_PACKED_LAYOUT_H
#define DATA_PACKED_LAYOUT_H

#include <hdf5.h>

#include "data/sources/source.h"

#define PACKED_MAGIC "cuvette packed images 1\n"

struct packed_split {
    uint32_t count;
    uint64_t *offsets; /* [count], in the file */
    uint32_t *lengths; /* [count], each image in the file and no larger than an image may be */
    int32_t *labels;   /* [count], 0..classes-1 */
};

struct packed_images {
    struct packed_split splits[SPLIT_COUNT];
    char (*class_names)[CLASS_NAME_SIZE];
    int classes;
};

/* Does the file begin as one of these? */
bool packed_layout_is(const char *path);

/* Reads all but the images; `size` is that of the file. False with an error; packed_layout_free() it in any case. */
bool packed_layout_read(hid_t file, const char *path, uint64_t size, struct packed_images *out, struct error *e);
void packed_layout_free(struct packed_images *p);

/* What the images of a split were called: [count][*size] with a zero at the end of each; NULL when it is not known.
 * free() it. */
char *packed_layout_names(hid_t file, const char *path, enum split split, uint32_t count, size_t *size);

#endif
