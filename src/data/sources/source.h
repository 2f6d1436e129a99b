/* A source gives images and their labels by number. The table of sources lists the formats that can be opened by path.
 * Shuffling, holding out a validation set and making batches is the loader's work (data/loader.h). */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/path.h"
#include "data/images/image.h"
#include "data/sources/gate.h"

enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_COUNT };

enum { CLASSES_MAX = 1024, CLASS_NAME_SIZE = 64, SIDE_MAX = 8192, CHANNELS_MAX = 4 };

struct dataset_info {
    char name[64];                /* for titles: "cifar10", "digits" */
    const char *format;           /* the name of the source's class: "hdf5" */
    uint32_t count[SPLIT_COUNT];  /* images of each split; 0 where there is none */
    int height, width, channels;  /* of every image: 1..SIDE_MAX, 1..SIDE_MAX, 1..CHANNELS_MAX */
    int of_height, of_width, of_channels; /* of the images that these are made of, where all are alike; 0: of none */
    int classes;                  /* 1..CLASSES_MAX */
    const char (*class_names)[CLASS_NAME_SIZE]; /* [classes], owned by the source, or NULL; foreign text: sanitise */
    const char *stored; /* what the file has in place of bytes, "floating-point numbers from 0 to 1"; NULL: bytes */
    bool in_memory; /* no file is read */
    bool made;      /* reading is work: images are decoded or scaled. If not, and in memory, several threads may read
                       at once; else only one */
    bool anew;      /* they differ from reading to reading, so that holding them would be wrong */
    size_t original; /* bytes of the image that one is made of, where that is held in its place; 0: of none */
    uint32_t chunk; /* images that lie together in a file and are best read together; 0: any by itself is as quick */
    uint32_t unreadable;        /* images that could not be read so far, for which others stand in */
    char first_unreadable[160]; /* the first of them, and what is wrong with it; foreign text: sanitise */
};

/* What is wanted of the images. Formats whose images have a size keep it; source_scaled.h makes of them what is wanted.
 */
struct source_wish {
    int size;           /* the side of a square; 0: as the images are */
    enum image_fit fit; /* how they become it */
    int channels;       /* 1 or 3; 0: as the images are */
    bool cropped;       /* source_read_cropped() will be called */
    /* Told 0…1 where many files have to be listed, and false stops it (ERROR_STOPPED); NULL: nobody is told. */
    bool (*progress)(void *context, double done);
    void *context;
};

bool source_wish_same(const struct source_wish *one, const struct source_wish *other); /* of the images */

/* Of each image a random part, by seed, epoch and the image's number in its split. */
struct source_crop {
    uint64_t seed;
    uint32_t epoch;
};

/* What reading took so far. Sources that decode tell it; in all others nothing is added. Seconds of all threads
 * together. */
struct source_effort {
    double available; /* how long threads were there for it */
    double reading;   /* of these: waiting for files */
    double decoding;  /* of these: decoding and scaling, the other threads of the cores in the way included */
    double processor; /* of these: on a core */
    int threads;      /* as many as could be used at once */
};

/* What was added since `before`. */
static inline struct source_effort source_effort_since(const struct source_effort *now,
                                                       const struct source_effort *before)
{
    return (struct source_effort){ .available = now->available - before->available,
                                   .reading = now->reading - before->reading,
                                   .decoding = now->decoding - before->decoding,
                                   .processor = now->processor - before->processor,
                                   .threads = now->threads };
}

struct source {
    const struct source_ops *ops; /* first member of every source's own struct */
    struct gate *gate; /* the threads that decode pass it before each image; NULL: there is none. Set between reads */
    struct source_effort effort; /* to be read between reads */
};

struct source_ops {
    void (*describe)(const struct source *s, struct dataset_info *info);
    /* Reads images index[0..n) of a split, in that order, into images [n][H][W][C] and labels [n], which are in
     * 0..classes-1. An index is in 0..count-1, and may come twice. False with an error when the data cannot be read or
     * a label is out of range. */
    bool (*read)(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images, int32_t *labels,
                 struct error *e);
    /* The same, of random parts of the images; NULL: it cannot. */
    bool (*read_cropped)(struct source *s, enum split split, const uint32_t *index, int n,
                         const struct source_crop *crop, uint8_t *images, int32_t *labels, struct error *e);
    void (*close)(struct source *s); /* frees it */
    /* The labels [count] of a split without its images; NULL: they are only there with the images. */
    void (*labels)(const struct source *s, enum split split, int32_t *labels);
};

/* A format. Its class is defined in source_NAME.c. */
struct source_class {
    const char *name; /* "idx" */
    const char *help; /* what a data set is: "a folder of …", half a line */
    /* For a format whose data sets are single files: how the files' names end (".h5"), a list that ends with NULL. The
     * catalogue lists such files, by their names without the suffix. NULL: a data set is a folder. */
    const char *const *suffixes;
    /* Is the path in this format? Looks at names and magic numbers only. NULL: files with one of the suffixes are. */
    bool (*accepts)(const char *path);
    /* Checks the headers (counts, sizes, types) and reads no image. NULL with an error. */
    struct source *(*open)(const char *path, const struct source_wish *wish, struct error *e);
};

/* The formats, in the order in which they are asked whether they accept a path. */
#define SOURCES(X) \
    X(idx) \
    X(cifar) \
    X(pickle) \
    X(numpy) \
    X(svhn) \
    X(list) \
    X(folder) \
    X(packed) \
    X(archive) \
    X(hdf5)

#define SOURCE_DECLARATION(name) extern const struct source_class source_##name;
SOURCES(SOURCE_DECLARATION)
#undef SOURCE_DECLARATION

/* Begins the definition of a class: `SOURCE_CLASS(idx) = { … };`. A class without a row above does not compile. */
#define SOURCE_CLASS(name) \
    _Static_assert(sizeof source_##name > 0, "source_" #name " has no row in SOURCES, data/sources/source.h"); \
    const struct source_class source_##name

extern const struct source_class *const source_classes[]; /* the rows; ends with NULL */

/* The first class that accepts a path; NULL: none does. */
const struct source_class *source_class_of(const char *path);

/* Opens a path with the first class that accepts it; a `wish` of NULL is a zeroed one. NULL with an error, which lists
 * the formats when no class accepts the path; source_close() it. */
struct source *source_open(const char *path, const struct source_wish *wish, struct error *e);

/* The suffix of the class with which the path ends, or NULL. A `class` of NULL means any class. */
const char *source_suffix(const struct source_class *class, const char *path);

/* Could a compressed file hold so many bytes of images? One that announces far more than its size can is not read: it
 * is damaged, or made to fill the memory. False with an error. */
bool source_can_hold(const char *path, uint64_t bytes, struct error *e);

/* A data set's name from its path, without the suffix of a file: "~/data/cifar10.h5" -> "cifar10". */
void source_name(char *to, size_t size, const char *path);

/* "airplane", or "3" for a class without a name. Safe to show. */
void source_class_name(const struct dataset_info *info, int class, char *to, size_t size);

/* All labels of a split, [count]. Where they come with the images alone these are read, block by block: `progress` (may
 * be NULL) gets 0…1 and returns false to cancel (ERROR_STOPPED). False with an error. */
bool source_labels(struct source *s, enum split split, int32_t *labels, bool (*progress)(void *context, double done),
                   void *context, struct error *e);

/* The functions of source_ops; close takes NULL. */
static inline void source_describe(const struct source *s, struct dataset_info *info)
{
    s->ops->describe(s, info);
}

static inline bool source_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                               int32_t *labels, struct error *e)
{
    return s->ops->read(s, split, index, n, images, labels, e);
}

/* With `crop` NULL as above. */
static inline bool source_read_cropped(struct source *s, enum split split, const uint32_t *index, int n,
                                       const struct source_crop *crop, uint8_t *images, int32_t *labels,
                                       struct error *e)
{
    return crop ? s->ops->read_cropped(s, split, index, n, crop, images, labels, e)
                : s->ops->read(s, split, index, n, images, labels, e);
}

static inline void source_close(struct source *s)
{
    if (s)
        s->ops->close(s);
}

static inline size_t dataset_image_bytes(const struct dataset_info *info)
{
    return (size_t)info->height * (size_t)info->width * (size_t)info->channels;
}

#endif
