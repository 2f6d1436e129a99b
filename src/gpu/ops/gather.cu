/* A batch's bytes become normalised floats, moved and mirrored at random: nn/plan/ops.h says how exactly. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 128, PER_THREAD = 2 };

/* What augmentation does to one image: it is mirrored, then output (y, x) is its pixel (y - down, x - right). */
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

struct position {
    int y, x, c;
};

static __device__ struct position position_of(const struct op_gather &gather, int e)
{
    int pixel = e / gather.channels, y = pixel / gather.width;

    return { y, pixel - y * gather.width, e - pixel * gather.channels };
}

static __device__ struct position next_position(const struct op_gather &gather, struct position at)
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

/* Zero where the moved image leaves a gap. */
static __device__ float number_at(const struct op_gather &gather, struct change change, const uint8_t *image,
                                  const float *normalisation, struct position at)
{
    int y = at.y - change.down, x = at.x - change.right;

    if (y < 0 || y >= gather.height || x < 0 || x >= gather.width)
        return 0.0f;
    if (change.mirror)
        x = gather.width - 1 - x;
    return normalised(image[(y * gather.width + x) * gather.channels + at.c], normalisation, gather.channels, at.c);
}

/* A thread makes W neighbours at a time. Image n is number n of `images`, or number index[n] where there is an
 * index. */
template <int W>
static __global__ void gather_images(struct op_gather gather, const struct gpu_step *step, const uint8_t *images,
                                     const int32_t *index, const float *normalisation, float *to)
{
    int n = (int)blockIdx.x, count = gather.height * gather.width * gather.channels;
    const uint8_t *image = images + (int64_t)(index ? index[n] : n) * count;
    struct change change = change_of(gather, step, n);

    to += (int64_t)n * count;
    IMAGE_EACH(group, count / W) {
        struct position at = position_of(gather, (int)group * W);
        wide<float, W> made;

        for (int k = 0; k < W; k++, at = next_position(gather, at))
            made.at[k] = number_at(gather, change, image, normalisation, at);
        wide_store(to + group * W, made);
    }
}

static void run(const struct gpu_task *task)
{
    const struct op_gather *gather = &task->op->gather;
    int count = gather->height * gather->width * gather->channels, width = count % QUAD ? 1 : QUAD;

    gpu_launch(task->gpu, width == QUAD ? gather_images<QUAD> : gather_images<1>,
               gpu_launch_image_grid(task->gpu, task->rows, count / width / PER_THREAD, THREADS), THREADS, *gather,
               task->step, task->images ? task->images : static_cast<const uint8_t *>(task->in[0]),
               task->images ? task->in[1] : nullptr, task->in[2], task->out[0]);
}

const struct gpu_kernel gpu_gather = { run };
