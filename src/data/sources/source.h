/* Where images come from. A source class is one file and one row in source_open.c; it gives random access by
 * index list. Shuffling, splitting, shards and resuming live in the loader, in one place. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/path.h"

enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_COUNT };

enum { CLASSES_MAX = 1024, CLASS_NAME_SIZE = 64, SIDE_MAX = 8192 };

struct dataset_info {
    char name[64];      /* for titles: "cifar10", "digits" */
    const char *format; /* the source class's name */
    uint32_t count[SPLIT_COUNT];
    int height, width, channels;
    int classes;
    const char (*class_names)[CLASS_NAME_SIZE]; /* [classes], owned by the source, or NULL; foreign text: sanitise */
    bool in_memory;                             /* reading costs a copy, not a file access or a decompression */
};

struct source {
    const struct source_ops *ops; /* first member of every source's own struct */
};

struct source_ops {
    void (*describe)(const struct source *s, struct dataset_info *info);
    /* Images index[0..n) of a split, in that order: images [n][H][W][C], labels [n] in 0..classes-1. One thread at a
     * time. */
    bool (*read)(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images, int32_t *labels,
                 struct error *e);
    void (*close)(struct source *s);
};

struct source_class {
    const char *name, *help;
    bool (*accepts)(const char *path);                         /* a cheap look: names and magic numbers */
    struct source *(*open)(const char *path, struct error *e); /* checks counts, types and label range */
};

extern const struct source_class *const source_classes[]; /* source_open.c; ends with NULL */

/* Opens a path with the first class that accepts it; the error of a path that nobody accepts says what would be. */
struct source *source_open(const char *path, struct error *e);

/* A data set's name from its place: "~/data/cifar10.h5" -> "cifar10". */
void source_name(char *to, size_t size, const char *path);

/* Conveniences over ops; close takes NULL. */
void source_describe(const struct source *s, struct dataset_info *info);
bool source_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images, int32_t *labels,
                 struct error *e);
void source_close(struct source *s);

static inline size_t dataset_image_bytes(const struct dataset_info *info)
{
    return (size_t)info->height * (size_t)info->width * (size_t)info->channels;
}

#endif
