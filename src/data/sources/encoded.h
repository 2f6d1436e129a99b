/* Sets of images that are encoded one by one, as JPEG or PNG. They are decoded by several threads whenever they are
 * read, and made as large as they are when all are alike, else squares of 224 pixels, or of what most have on their
 * shorter side. An image that cannot be read is told of, and the next one of its split stands in for it.
 *
 * Where the bytes of an image come from is the business of a set: files of a tree, one packed file. */
#ifndef DATA_ENCODED_H
#define DATA_ENCODED_H

#include "data/sources/source.h"

enum { ENCODED_BYTES_MOST = 1 << 28 /* of an image */ };

/* Of one image, in memory that is kept from image to image, of one thread; zeroed at first. */
struct encoded_bytes {
    uint8_t *bytes;
    size_t size, room;
};

struct encoded_set {
    const struct encoded_ops *ops; /* first member of every set's own struct */
    const char *path;              /* for errors */
    struct dataset_info info;      /* name, format, count, classes and class_names; the rest is found out */
};

struct encoded_ops {
    /* The bytes of an image as they are stored; several threads call it at once. False with an error that does not name
     * the image; any but ERROR_MEMORY means that this image is broken. */
    bool (*read)(const struct encoded_set *s, enum split split, uint32_t index, struct encoded_bytes *to,
                 struct error *e);
    /* Its bytes, without reading them; 0: not known. */
    uint64_t (*size)(const struct encoded_set *s, enum split split, uint32_t index);
    int32_t (*label)(const struct encoded_set *s, enum split split, uint32_t index); /* 0..classes-1 */
    /* What to call an image in messages: the path of its file, without that of the set. Foreign text: sanitise. */
    void (*name)(const struct encoded_set *s, enum split split, uint32_t index, char *to, size_t size);
    void (*close)(struct encoded_set *s); /* frees it */
};

/* A source that decodes the set's images as they are wished, and looks at some to choose their size. Takes the set, and
 * closes it when it fails: NULL with an error; source_close() it. */
struct source *encoded_open(struct encoded_set *set, const struct source_wish *wish, struct error *e);

/* The set of such a source, which keeps it; NULL: it is another kind of source. */
const struct encoded_set *encoded_set_of(const struct source *s);

/* It was tried, and could not be read: another image stands in for it. False for any other kind of source. */
bool encoded_is_broken(const struct source *s, enum split split, uint32_t index);

/* Makes room for `size` bytes, and says that there are so many. False with ERROR_MEMORY. */
bool encoded_make_room(struct encoded_bytes *to, size_t size, struct error *e);

/* Adds to the bytes that are there; there may be more than one image has. False with ERROR_MEMORY. */
bool encoded_append(struct encoded_bytes *to, const void *bytes, size_t size, struct error *e);

static inline void encoded_name(const struct encoded_set *s, enum split split, uint32_t index, char *to, size_t size)
{
    s->ops->name(s, split, index, to, size);
}

#endif
