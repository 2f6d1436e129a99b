/* Image files made for tests: every pixel follows from its position in the image as it is shown. */
#ifndef TESTS_PHOTO_H
#define TESTS_PHOTO_H

#include <stddef.h>
#include <stdint.h>

struct photo {
    int height, width; /* as shown */
    int channels;      /* 1 or 3; 4 in a PNG: with a transparent left half, in a JPEG: CMYK */
    int orientation;   /* of a JPEG, as EXIF's; 0: no EXIF */
    int depth;         /* of a PNG's samples: 16, else 8 */
    int interlaced, palette; /* of a PNG */
    int seed;          /* other photographs */
};

/* A smooth pattern, so that a JPEG of it differs little: sample c of the pixel. */
uint8_t photo_sample(const struct photo *p, int y, int x, int c);

/* Files in memory, of *size bytes; free() them. */
uint8_t *photo_jpeg(const struct photo *p, size_t *size);
uint8_t *photo_png(const struct photo *p, size_t *size);

/* Writes it as a file, as what its name ends with. */
void photo_write(const struct photo *p, const char *path);

#endif
