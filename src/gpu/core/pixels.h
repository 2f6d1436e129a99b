/* Images shared by blocks, pixel by pixel: blockIdx.x is the image, a row of threads takes a pixel, and threadIdx.x
 * goes along what belongs to it, so that neighbours in memory are neighbours among the threads.
 *
 *     PIXEL_EACH(pixel, pixels)
 *         for (int c = threadIdx.x; c < channels; c += blockDim.x)
 *             y[((int64_t)blockIdx.x * pixels + pixel) * channels + c] = …;
 *     block = pixels_block(channels);
 *     gpu_launch(gpu, kernel, pixels_grid(gpu, images, pixels, block), block, …);
 */
#ifndef GPU_PIXELS_H
#define GPU_PIXELS_H

#include "gpu/core/gpu_launch.h"

#define PIXEL_EACH(pixel, pixels)                                                                        \
    for (int pixel = (int)(blockIdx.y * blockDim.y + threadIdx.y), each = (int)(gridDim.y * blockDim.y); \
         pixel < (pixels); pixel += each)

enum { PIXELS_THREADS = 256, PIXELS_LANES = 32 };

/* As many threads along a pixel as it has numbers, in a power of two, but no more than a warp. */
static inline dim3 pixels_block(int numbers)
{
    unsigned lanes = 1;

    while (lanes < PIXELS_LANES && lanes < (unsigned)numbers)
        lanes *= 2;
    return dim3(lanes, PIXELS_THREADS / lanes);
}

static inline dim3 pixels_grid(const struct gpu *gpu, int images, int pixels, dim3 block)
{
    const int64_t most = 65535; /* what a grid takes in y */
    int64_t parts = gpu_blocks(gpu, (int64_t)images * pixels * block.x, PIXELS_THREADS) / (unsigned)images;

    parts = parts < 1 ? 1 : parts > most ? most : parts;
    return dim3((unsigned)images, (unsigned)parts);
}

#endif
