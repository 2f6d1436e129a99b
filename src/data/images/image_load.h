/* From the bytes of an image's file to the pixels that are wanted of it. */
#ifndef DATA_IMAGE_LOAD_H
#define DATA_IMAGE_LOAD_H

#include "base/error.h"
#include "data/images/image.h"
#include "data/images/resample.h"

/* Memory that is kept from image to image, of one thread; zeroed at first. */
struct image_scratch {
    struct image_part part;
    struct resample_scratch resample;
    uint8_t *turned; /* of an image that was stored in another orientation */
    size_t turned_room;
};

/* Reads the header: the size as shown. False with an error that says what is wrong with the file, without its name. */
bool image_measure(const uint8_t *bytes, size_t size, struct image_size *out, struct error *e);

/* The same, and decodes the whole file, as small as its format allows, to find out whether it can be. */
bool image_check(const uint8_t *bytes, size_t size, struct image_size *out, struct image_scratch *scratch,
                 struct error *e);

/* Writes [height][width][channels] of what is wanted to `pixels`: of a random part of the image that is drawn, or, with
 * `draw` NULL, of what the fit says. False with an error, as above. */
bool image_load(const uint8_t *bytes, size_t size, const struct image_wanted *wanted, const struct image_draw *draw,
                uint8_t *pixels, struct image_scratch *scratch, struct error *e);

/* The same from pixels [height][width][channels]. False with an error without memory. */
bool image_scale(const uint8_t *from, const struct image_size *size, int channels, const struct image_wanted *wanted,
                 const struct image_draw *draw, uint8_t *pixels, struct image_scratch *scratch, struct error *e);

void image_scratch_free(struct image_scratch *scratch);

#endif
