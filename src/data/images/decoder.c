#include "data/images/decoder.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct decoder_class *const classes[] = {
#define DECODER_ROW(name) &decoder_##name,
    DECODERS(DECODER_ROW)
#undef DECODER_ROW
        NULL,
};

const struct decoder_class *decoder_find(const uint8_t *bytes, size_t size)
{
    for (int i = 0; classes[i]; i++)
        if (size >= classes[i]->magic_size && memcmp(bytes, classes[i]->magic, classes[i]->magic_size) == 0)
            return classes[i];
    return NULL;
}

bool decoder_is_image(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (int i = 0; dot && classes[i]; i++)
        for (const char *const *suffix = classes[i]->suffixes; *suffix; suffix++)
            if (strcasecmp(dot, *suffix) == 0)
                return true;
    return false;
}

bool decoder_make_room(struct image_part *part, int height, int width, int channels, struct error *e)
{
    size_t bytes = (size_t)height * (size_t)width * (size_t)channels;

    if (bytes > part->room) {
        uint8_t *pixels = realloc(part->pixels, bytes);

        if (!pixels)
            return error_set(e, ERROR_MEMORY, "not enough memory for its %d×%d pixels", height, width);
        part->pixels = pixels;
        part->room = bytes;
    }
    part->height = height;
    part->width = width;
    part->channels = channels;
    return true;
}
