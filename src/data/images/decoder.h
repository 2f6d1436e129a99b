/* The formats of image files. Each is a const class in a file of its own. */
#ifndef DATA_DECODER_H
#define DATA_DECODER_H

#include "base/error.h"
#include "data/images/image.h"

/* What a file's header says. */
struct decoder_header {
    int height, width; /* as stored */
    bool grey;
    int orientation; /* as in EXIF: 1 as stored … 8 */
};

struct decoder_class {
    const char *name;  /* "JPEG" */
    const char *magic; /* the first bytes of a file */
    size_t magic_size;
    const char *const *suffixes; /* of file names, in small letters; ends with NULL */
    /* Reads the header of a file in memory. Errors say what is wrong with it, without its name. */
    bool (*measure)(const uint8_t *bytes, size_t size, struct decoder_header *out, struct error *e);
    /* Decodes at least the box (of the image as stored), shrunk no further than to height × width pixels of it, with 1
     * or 3 channels. `out` has its room to use again. */
    bool (*decode)(const uint8_t *bytes, size_t size, const struct image_box *box, int height, int width, int channels,
                   struct image_part *out, struct error *e);
};

#define DECODERS(X)                                                                                                    \
    X(jpeg)                                                                                                            \
    X(png)

#define DECODER_DECLARATION(name) extern const struct decoder_class decoder_##name;
DECODERS(DECODER_DECLARATION)
#undef DECODER_DECLARATION

/* Begins the definition of a class: `DECODER_CLASS(jpeg) = { … };`. One without a row above does not compile. */
#define DECODER_CLASS(name)                                                                                            \
    _Static_assert(sizeof decoder_##name > 0, "decoder_" #name " has no row in DECODERS, data/images/decoder.h");      \
    const struct decoder_class decoder_##name

/* The class whose magic a file begins with; NULL: none. */
const struct decoder_class *decoder_find(const uint8_t *bytes, size_t size);

/* Does a file's name end as images' do? */
bool decoder_is_image(const char *name);

/* Makes room for height × width × channels bytes of pixels. False with an error. */
bool decoder_make_room(struct image_part *part, int height, int width, int channels, struct error *e);

#endif
