#include "data/pack/pack_image.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "data/images/image_encode.h"

static bool append(struct encoded_bytes *to, const uint8_t *bytes, size_t size, struct pack_result *result,
                   struct error *e)
{
    result->size = (uint32_t)size;
    return encoded_append(to, bytes, size, e);
}

/* Memory that is lacking is no fault of the image. */
static bool broken(struct pack_result *result, const struct error *e)
{
    if (e->kind == ERROR_MEMORY)
        return false;
    result->fate = PACK_BROKEN;
    text_copy(result->problem, sizeof result->problem, e->text);
    return true;
}

/* How large the image is to become; false: it stays. */
static bool shrinks(const struct pack_wanted *wanted, const struct image_size *size, struct image_wanted *out)
{
    const int side = wanted->pixels.height;
    int longer = int_max(size->height, size->width), shorter = int_min(size->height, size->width);
    int compared = wanted->pixels.fit == IMAGE_PAD ? longer : shorter;
    bool larger = side > 0 && compared > side, grey = wanted->pixels.channels == 1 && !size->grey;
    double scale = larger ? (double)side / compared : 1;

    *out = (struct image_wanted){ .height = int_max((int)lround(size->height * scale), 1),
                                  .width = int_max((int)lround(size->width * scale), 1),
                                  .channels = size->grey || grey ? 1 : 3,
                                  .fit = IMAGE_STRETCH };
    return larger || grey;
}

static bool is_jpeg(const uint8_t *bytes)
{
    return bytes[0] == 0xFF;
}

static bool encode(const struct image_pixels *pixels, bool jpeg, int quality, struct encoded_bytes *to,
                   struct pack_result *result, struct error *e)
{
    uint8_t *made;
    size_t size;

    if (!(jpeg ? image_encode_jpeg(pixels, quality, &made, &size, e) : image_encode_png(pixels, &made, &size, e)))
        return false;
    bool good = append(to, made, size, result, e);

    free(made);
    return good;
}

/* Decoded, scaled, turned as it is shown, and encoded again. */
static bool shrink(const struct pack_wanted *wanted, const uint8_t *bytes, size_t size, const struct image_wanted *to,
                   struct pack_scratch *scratch, struct encoded_bytes *out, struct pack_result *result, struct error *e)
{
    if (!encoded_make_room(&scratch->pixels, (size_t)to->height * (size_t)to->width * (size_t)to->channels, e))
        return false;
    if (!image_load(bytes, size, to, NULL, scratch->pixels.bytes, &scratch->image, e))
        return broken(result, e);
    return encode(&(struct image_pixels){ scratch->pixels.bytes, to->height, to->width, to->channels }, is_jpeg(bytes),
                  wanted->quality, out, result, e);
}

static bool decode(const struct image_wanted *wanted, const uint8_t *bytes, size_t size, struct pack_scratch *scratch,
                   struct encoded_bytes *to, struct pack_result *result, struct error *e)
{
    const size_t pixels = (size_t)wanted->height * (size_t)wanted->width * (size_t)wanted->channels;

    if (!encoded_make_room(&scratch->pixels, pixels, e))
        return false;
    if (!image_load(bytes, size, wanted, NULL, scratch->pixels.bytes, &scratch->image, e))
        return broken(result, e);
    return append(to, scratch->pixels.bytes, pixels, result, e);
}

/* Its size, and for one that surely stays as it is whether it can be decoded. */
static bool look(bool stays, const uint8_t *bytes, size_t size, struct pack_scratch *scratch, struct image_size *shown,
                 struct pack_result *result, struct error *e)
{
    if (!(stays ? image_check(bytes, size, shown, &scratch->image, e) : image_measure(bytes, size, shown, e)))
        return false;
    result->height = shown->height;
    result->width = shown->width;
    return true;
}

bool pack_image_encoded(const struct pack_wanted *wanted, const uint8_t *bytes, size_t size,
                        struct pack_scratch *scratch, struct encoded_bytes *to, struct pack_result *result,
                        struct error *e)
{
    const bool stays = wanted->as == PACK_JPEG && wanted->pixels.height == 0 && wanted->pixels.channels != 1;
    struct image_size shown;
    struct image_wanted smaller;

    *result = (struct pack_result){ .fate = PACK_KEPT, .hash = hash_bytes(bytes, size, 0) };
    if (size == 0) {
        result->fate = PACK_EMPTY;
        return true;
    }
    if (!look(stays, bytes, size, scratch, &shown, result, e))
        return broken(result, e);
    if (wanted->as == PACK_RAW)
        return decode(&wanted->pixels, bytes, size, scratch, to, result, e);
    if (shrinks(wanted, &shown, &smaller))
        return shrink(wanted, bytes, size, &smaller, scratch, to, result, e);
    if (!stays && !image_check(bytes, size, &shown, &scratch->image, e))
        return broken(result, e);
    return append(to, bytes, size, result, e);
}

bool pack_image_unread(struct pack_result *result, const struct error *e)
{
    *result = (struct pack_result){ .fate = PACK_BROKEN };
    return broken(result, e);
}

bool pack_image_pixels(const struct pack_wanted *wanted, const uint8_t *pixels, int height, int width, int channels,
                       struct encoded_bytes *to, struct pack_result *result, struct error *e)
{
    *result = (struct pack_result){ .fate = PACK_KEPT, .height = height, .width = width };
    if (wanted->as == PACK_RAW)
        return append(to, pixels, (size_t)height * (size_t)width * (size_t)channels, result, e);
    return encode(&(struct image_pixels){ pixels, height, width, channels }, false, 0, to, result, e);
}

void pack_scratch_free(struct pack_scratch *scratch)
{
    free(scratch->pixels.bytes);
    image_scratch_free(&scratch->image);
    *scratch = (struct pack_scratch){ 0 };
}
