/* What one image becomes in a packed file. */
#ifndef DATA_PACK_IMAGE_H
#define DATA_PACK_IMAGE_H

#include "data/images/image_load.h"
#include "data/sources/encoded.h"

enum pack_as {
    PACK_JPEG, /* the bytes of image files: as they are, unless they are larger than wanted */
    PACK_RAW   /* pixels */
};

/* What was found of an image; all but the first are left out. */
enum pack_fate { PACK_KEPT, PACK_BROKEN, PACK_EMPTY, PACK_DUPLICATE, PACK_FATES };

struct pack_wanted {
    enum pack_as as;
    struct image_wanted pixels; /* raw: of every image. Else the side of a square that images are to cover, or to fit
                                   into (IMAGE_PAD), when they are larger; 0: no side. Channels 0: as they are */
    int quality;                /* of JPEGs that are made */
};

struct pack_result {
    enum pack_fate fate;
    uint32_t size;     /* bytes that it became */
    int height, width; /* as it was shown before */
    uint64_t hash;     /* of the bytes that it was */
    char problem[80];  /* of one that is broken */
};

/* Memory of one thread; zeroed at first. */
struct pack_scratch {
    struct encoded_bytes pixels;
    struct image_scratch image;
};

/* Appends what the bytes of a file become. Of JPEGs that are larger than wanted JPEGs are made, of other formats, which
 * lose nothing, PNGs. What is wrong with the bytes is told in the result; false with an error of other kinds. */
bool pack_image_encoded(const struct pack_wanted *wanted, const uint8_t *bytes, size_t size,
                        struct pack_scratch *scratch, struct encoded_bytes *to, struct pack_result *result,
                        struct error *e);

/* The result of an image whose bytes could not be read. False when it was for a lack of memory. */
bool pack_image_unread(struct pack_result *result, const struct error *e);

/* Appends what pixels [height][width][channels] become that never were in a file: a PNG or, raw, what they are. */
bool pack_image_pixels(const struct pack_wanted *wanted, const uint8_t *pixels, int height, int width, int channels,
                       struct encoded_bytes *to, struct pack_result *result, struct error *e);

void pack_scratch_free(struct pack_scratch *scratch);

#endif
