/* HDF5 File Format Specification 3.0, III.A.1: a leaf "TREE" of chunks is
 *
 *     "TREE" type=1 level=0 entries(2) left(8) right(8)   then for every entry
 *     bytes(4) filters(4) first element(8 × (rank + 1))   address(8)
 *
 * Numbers are little endian. A chunk is zlib's, shuffled before: byte k of all elements, then byte k + 1. */
#include "tests/support/bare_digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "data/sources/source_memory.h"
#include "tests/support/inflate.h"

enum { SIDE = 28, IMAGE = SIDE * SIDE, CHUNK = 167 /* images */, CLASSES = 10, TRAIN = 6000, TEST = 1000 };
enum { NODE = 24, ENTRY = 8, DIMENSION = 8, ADDRESS = 8, IMAGES_RANK = 4, LABELS_RANK = 1, LABEL = 8 /* bytes */ };

struct file {
    uint8_t *bytes;
    size_t size;
};

static uint64_t number(const uint8_t *at, int bytes)
{
    uint64_t n = 0;

    for (int i = 0; i < bytes; i++)
        n |= (uint64_t)at[i] << 8 * i;
    return n;
}

static bool read_file(struct file *f, const char *path)
{
    enum { MOST = 4 << 20 };
    FILE *in = fopen(path, "rb");

    f->bytes = malloc(MOST);
    f->size = in && f->bytes ? fread(f->bytes, 1, MOST, in) : 0;
    if (in)
        fclose(in);
    return f->size > 0;
}

/* The next leaf of chunks from *at on. */
static const uint8_t *next_leaf(const struct file *f, size_t *at)
{
    static const uint8_t leaf[] = { 'T', 'R', 'E', 'E', 1, 0 };

    for (; *at + NODE <= f->size; ++*at)
        if (!memcmp(f->bytes + *at, leaf, sizeof leaf))
            return f->bytes + (*at)++;
    return NULL;
}

/* Decompresses one chunk of a leaf to `bytes` bytes: the last chunk of a data set is filled up to that size. */
static bool read_chunk(const struct file *f, const uint8_t *leaf, int rank, uint64_t entry, uint8_t *to, size_t bytes)
{
    size_t size = ENTRY + DIMENSION * ((size_t)rank + 1) + ADDRESS;
    const uint8_t *at = leaf + NODE + entry * size;

    if ((size_t)(at - f->bytes) + size > f->size)
        return false;

    uint64_t length = number(at, 4), address = number(at + size - ADDRESS, ADDRESS);

    return address < f->size && length <= f->size - address && inflate_zlib(f->bytes + address, length, to, bytes);
}

static bool read_images(const struct file *f, const uint8_t *leaf, uint8_t *images, uint32_t count)
{
    static uint8_t chunk[CHUNK * IMAGE];
    uint64_t entries = leaf ? number(leaf + 6, 2) : 0;

    if (entries != (uint64_t)int64_ceil_div(count, CHUNK))
        return false;
    for (uint64_t i = 0; i < entries; i++) {
        size_t first = i * CHUNK, here = size_min(count - first, CHUNK);

        if (!read_chunk(f, leaf, IMAGES_RANK, i, chunk, sizeof chunk))
            return false;
        memcpy(images + first * IMAGE, chunk, here * IMAGE);
    }
    return true;
}

/* Class numbers are below 256: of the shuffled bytes, all but the first of each are 0. */
static bool read_labels(const struct file *f, const uint8_t *leaf, int32_t *labels, uint32_t count)
{
    static uint8_t planes[TRAIN * LABEL];

    if (!leaf || !read_chunk(f, leaf, LABELS_RANK, 0, planes, (size_t)count * LABEL))
        return false;
    for (uint32_t i = 0; i < count; i++)
        labels[i] = planes[i];
    return true;
}

static bool read_all(const struct file *f, struct source *to)
{
    static const uint32_t counts[SPLIT_COUNT] = { [SPLIT_TRAIN] = TRAIN, [SPLIT_TEST] = TEST };
    static const enum split in_file[] = { SPLIT_TRAIN, SPLIT_TEST };
    size_t at = 0;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        enum split split = in_file[i];

        if (!read_images(f, next_leaf(f, &at), source_memory_images(to, split), counts[split]) ||
            !read_labels(f, next_leaf(f, &at), source_memory_labels(to, split), counts[split]))
            return false;
    }
    return true;
}

struct source *bare_digits(const char *path, struct error *e)
{
    const struct dataset_info info = { .name = "digits",
                                       .count = { [SPLIT_TRAIN] = TRAIN, [SPLIT_TEST] = TEST },
                                       .height = SIDE,
                                       .width = SIDE,
                                       .channels = 1,
                                       .classes = CLASSES,
                                       .in_memory = true };
    struct file f = { 0 };
    struct source *s = source_memory_new(&info, e);

    if (s && (!read_file(&f, path) || !read_all(&f, s))) {
        error_set(e, ERROR_INPUT, "%s is not the file of the digits", path);
        source_close(s);
        s = NULL;
    }
    free(f.bytes);
    return s;
}
