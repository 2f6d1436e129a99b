/* A step's images, each shared by some blocks: blockIdx.x is the image, so that places within it are plain ints.
 *
 *     IMAGE_EACH(e, floats)
 *         y[(int64_t)blockIdx.x * floats + e] = …;
 *     gpu_launch(task->gpu, kernel, images_grid(task->gpu, task->rows, floats, THREADS), THREADS, …);
 */
#ifndef GPU_IMAGES_H
#define GPU_IMAGES_H

#include "gpu/core/gpu_launch.h"

/* A loop over 0..count-1 that all threads of an image share, however many they are. */
#define IMAGE_EACH(e, count)                                                                                           \
    for (unsigned e = blockIdx.y * blockDim.x + threadIdx.x, each = gridDim.y * blockDim.x; e < (unsigned)(count);     \
         e += each)

/* Blocks for `count` things an image, one a thread where that does not overfill the device. */
static inline dim3 images_grid(const struct gpu *gpu, int images, int count, int threads)
{
    const int64_t most = 65535; /* what a grid takes in y */
    int64_t parts = gpu_blocks(gpu, (int64_t)images * count, threads) / images;

    parts = parts < 1 ? 1 : parts > most ? most : parts;
    return dim3((unsigned)images, (unsigned)parts);
}

#endif
