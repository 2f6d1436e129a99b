/* How a camera was held: the orientation in an EXIF block (CIPA DC-008). */
#ifndef DATA_EXIF_H
#define DATA_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* Of the bytes of a JPEG's APP1 marker, "Exif\0\0" and what comes after it: 1 to 8; 1 when it is not told. */
int exif_orientation(const uint8_t *bytes, size_t size);

#endif
