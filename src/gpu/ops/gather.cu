/* A batch's bytes become normalised floats, mirrored, turned and moved at random: nn/plan/augment.h says how
 * exactly. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"
#include "nn/plan/augment.h"

enum { THREADS = 128, PER_THREAD = 2 };

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
static __device__ float moved_number(const struct op_gather &gather, const struct augment_move &move,
                                     const uint8_t *image, const float *normalisation, struct position at)
{
    int pixel = augment_at(&gather, move.mirror, at.y - move.down, at.x - move.right);

    return pixel < 0 ? 0.0f : normalised(image[pixel * gather.channels + at.c], normalisation, gather.channels, at.c);
}

static __device__ float turned_number(const struct op_gather &gather, const struct augment_move &move,
                                      const uint8_t *image, const float *normalisation, struct position at)
{
    struct augment_taps taps = augment_taps_at(&gather, move.mirror, augment_place_of(&gather, &move, at.y, at.x));
    float byte = 0.0f, whole = taps.share[0] + taps.share[1] + taps.share[2] + taps.share[3];
    float inverse = normalisation[gather.channels + at.c];

    for (int k = 0; k < 4; k++)
        byte += taps.share[k] * (float)image[taps.at[k] * gather.channels + at.c];
    return byte * (inverse / 255.0f) - whole * normalisation[at.c] * inverse;
}

/* A thread makes W neighbours at a time. Image n is number n of `images`, or number index[n] where they are held. */
template <int W, bool TURNED>
static __global__ void gather_images(struct op_gather gather, const struct gpu_step *step, const uint8_t *images,
                                     bool held, const int32_t *index, const float *normalisation, float *to)
{
    __shared__ struct augment_move turn; /* one for the block: sines are slow */
    int n = (int)blockIdx.x, count = gather.height * gather.width * gather.channels;
    const uint8_t *image = images + (int64_t)(held ? index[n] : n) * count;
    struct augment_move move;

    if (!TURNED || threadIdx.x == 0)
        move = augment_move_of(&gather, step->seed, step->number, step->epoch, gpu_step_row(step, n),
                               (uint32_t)index[n]);
    if (TURNED) {
        if (threadIdx.x == 0)
            turn = move;
        __syncthreads();
        move = turn;
    }
    to += (int64_t)n * count;
    IMAGE_EACH(group, count / W) {
        struct position at = position_of(gather, (int)group * W);
        wide<float, W> made;

        for (int k = 0; k < W; k++, at = next_position(gather, at))
            made.at[k] = TURNED ? turned_number(gather, move, image, normalisation, at)
                                : moved_number(gather, move, image, normalisation, at);
        wide_store(to + group * W, made);
    }
}

template <int W> static void launch(const struct gpu_task *task, int count)
{
    const struct op_gather *gather = &task->op->gather;

    gpu_launch(task->gpu, gather->augment && gather->rotation > 0 ? gather_images<W, true> : gather_images<W, false>,
               gpu_launch_image_grid(task->gpu, task->rows + gather->next, count / W / PER_THREAD, THREADS), THREADS,
               *gather, task->step, task->images ? task->images : static_cast<const uint8_t *>(task->in[0]),
               task->images != nullptr, task->in[1], task->in[2], task->out[0]);
}

static void run(const struct gpu_task *task)
{
    const struct op_gather *gather = &task->op->gather;
    int count = gather->height * gather->width * gather->channels;

    if (count % QUAD)
        launch<1>(task, count);
    else
        launch<QUAD>(task, count);
}

const struct gpu_kernel gpu_gather = { run };
