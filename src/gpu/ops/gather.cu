/* The batch's bytes become normalised floats, moved and mirrored by chance: see nn/plan/ops.h for the exact numbers. */
#include "gpu/core/gpu_random.h"
#include "gpu/core/images.h"
#include "gpu/core/wide.h"

enum { THREADS = 128, PER_THREAD = 2 };

/* What chance does to one image: output (y, x) is pixel (y - down, x - right) of the image, mirrored first. */
struct change {
    bool mirror;
    int down, right;
};

/* Uniform in -shift..shift. */
static __device__ int move_of(uint32_t word, int shift)
{
    return (int)((uint64_t)word * (2 * (uint64_t)shift + 1) >> 32) - shift;
}

static __device__ struct change change_of(const struct op_gather &gather, const struct gpu_step *step, int image)
{
    struct change change = {};

    if (!gather.augment)
        return change;

    struct random_words r = random_block(step->seed, RANDOM_AUGMENT, 0, (uint32_t)step->number, (uint64_t)image);

    change.mirror = gather.flip && r.word[0] >> 31;
    change.right = move_of(r.word[1], gather.shift);
    change.down = move_of(r.word[2], gather.shift);
    return change;
}

struct place {
    int y, x, c;
};

static __device__ struct place place_of(const struct op_gather &gather, int e)
{
    int pixel = e / gather.channels, y = pixel / gather.width;

    return { y, pixel - y * gather.width, e - pixel * gather.channels };
}

static __device__ struct place next_place(const struct op_gather &gather, struct place at)
{
    if (++at.c < gather.channels)
        return at;
    if (++at.x < gather.width)
        return { at.y, at.x, 0 };
    return { at.y + 1, 0, 0 };
}

/* `normalisation` is [2][C]: mean, 1/deviation. */
static __device__ float normalised(uint8_t byte, const float *normalisation, int channels, int c)
{
    float inverse = normalisation[channels + c];

    return (float)byte * (inverse / 255.0f) - normalisation[c] * inverse;
}

/* Zero where nothing of the image comes to. */
static __device__ float number_at(const struct op_gather &gather, struct change change, const uint8_t *image,
                                  const float *normalisation, struct place at)
{
    int y = at.y - change.down, x = at.x - change.right;

    if (y < 0 || y >= gather.height || x < 0 || x >= gather.width)
        return 0.0f;
    if (change.mirror)
        x = gather.width - 1 - x;
    return normalised(image[(y * gather.width + x) * gather.channels + at.c], normalisation, gather.channels, at.c);
}

/* A thread makes W neighbours at a time. The image is the n-th of `images`, or with an index the index[n]-th. */
template <int W>
static __global__ void gather_images(struct op_gather gather, const struct gpu_step *step, const uint8_t *images,
                                     const int32_t *index, const float *normalisation, float *to)
{
    int n = (int)blockIdx.x, count = gather.height * gather.width * gather.channels;
    const uint8_t *image = images + (int64_t)(index ? index[n] : n) * count;
    struct change change = change_of(gather, step, n);

    to += (int64_t)n * count;
    IMAGE_EACH(group, count / W) {
        struct place at = place_of(gather, (int)group * W);
        wide<float, W> made;

        for (int k = 0; k < W; k++, at = next_place(gather, at))
            made.at[k] = number_at(gather, change, image, normalisation, at);
        wide_store(to + group * W, made);
    }
}

void gpu_gather(const struct gpu_task *task)
{
    const struct op_gather *gather = &task->op->gather;
    int count = gather->height * gather->width * gather->channels, width = count % QUAD ? 1 : QUAD;

    gpu_launch(task->gpu, width == QUAD ? gather_images<QUAD> : gather_images<1>,
               images_grid(task->gpu, task->rows, count / width / PER_THREAD, THREADS), THREADS, *gather, task->step,
               task->images ? task->images : static_cast<const uint8_t *>(task->in[0]),
               task->images ? task->in[1] : nullptr, task->in[2], task->out[0]);
}
