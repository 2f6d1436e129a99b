/* The images in an archive, one after another, as they come.
 *
 * Nothing is written by the names in it. An entry whose name leads out of it, or that is a link, is told of instead of
 * read; one that is no image is passed over. An archive that unpacks to far more than its size is refused. */
#ifndef DATA_ARCHIVE_IMAGES_H
#define DATA_ARCHIVE_IMAGES_H

#include "base/path.h"
#include "data/sources/encoded.h"

struct archive_images {
    const char *path;
    struct archive *archive;
    uint64_t size;     /* of the archive */
    uint64_t unpacked; /* bytes of entries so far */
    bool ended;
};

struct archive_image {
    char name[PATH_SIZE];
    const char *problem; /* why it was not read; NULL: it was */
};

/* False with an error; else archive_images_close() it. */
bool archive_images_open(struct archive_images *a, const char *path, struct error *e);
void archive_images_close(struct archive_images *a);

/* Appends the bytes of the next image to `to`; *ended: there is none. False with an error: the archive is damaged. */
bool archive_images_next(struct archive_images *a, struct archive_image *out, struct encoded_bytes *to, bool *ended,
                         struct error *e);

/* How much of the archive was read, 0…1. */
double archive_images_part(const struct archive_images *a);

#endif
