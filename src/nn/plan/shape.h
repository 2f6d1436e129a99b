/* The shape of one sample: an image (H, W, C), or a flat vector of C values (rank 1, H = W = 1). */
#ifndef NN_SHAPE_H
#define NN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct shape {
    int rank; /* 3: image, 1: flat */
    int height, width, channels;
};

static inline size_t shape_size(struct shape s)
{
    return (size_t)s.height * (size_t)s.width * (size_t)s.channels;
}

static inline bool shape_equal(struct shape a, struct shape b)
{
    return a.rank == b.rank && a.height == b.height && a.width == b.width && a.channels == b.channels;
}

static inline struct shape shape_image(int height, int width, int channels)
{
    return (struct shape){ .rank = 3, .height = height, .width = width, .channels = channels };
}

static inline struct shape shape_flat(int values)
{
    return (struct shape){ .rank = 1, .height = 1, .width = 1, .channels = values };
}

/* "32x32x3" or "1024"; with × for 'x' when `unicode`. */
void shape_format(struct shape s, bool unicode, char *out, size_t size);

#endif
