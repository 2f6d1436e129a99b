/* Scaling with a triangle filter as wide as it has to be to leave no aliasing: what Pillow calls bilinear. */
#ifndef DATA_RESAMPLE_H
#define DATA_RESAMPLE_H

#include "base/error.h"
#include "data/images/image.h"

/* Memory that is kept from image to image; zeroed at first. */
struct resample_scratch {
    float *weights, *row;
    int *first, *count;
    size_t weights_room, row_room, taps_room;
};

/* Scales a box of the part, in the part's own pixels, to height × width pixels of the part's channels, `stride` bytes
 * from row to row. Past its edges the part goes on as at the edge. False with an error without memory. */
bool resample(const struct image_part *from, const struct image_box *box, uint8_t *to, int height, int width,
              size_t stride, struct resample_scratch *scratch, struct error *e);

void resample_free(struct resample_scratch *scratch);

#endif
