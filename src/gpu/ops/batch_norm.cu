/* Batch normalisation (Ioffe and Szegedy, 2015). */
#include "gpu/core/wide.h"
#include "gpu/ops/column_gather.h"
#include "gpu/ops/gpu_columns.h"

/* W neighbouring channels of a pixel are one element of a matrix [pixels][channels / W]. */

/* y = (x - mean) / deviation × gamma + beta. */
template <int W>
static __device__ void normalise(const float *x, const float *mean, const float *variance, const float *gamma,
                                 const float *beta, float epsilon, const column_blocks &blocks, float *y)
{
    column_share share = column_share_of(blocks);
    int64_t channel = share.column * W, channels = blocks.columns * W;
    float center[W], factor[W], offset[W];

    if (share.column >= blocks.columns)
        return;
    for (int k = 0; k < W; k++) {
        center[k] = mean[channel + k];
        factor[k] = gamma[channel + k] / sqrtf(variance[channel + k] + epsilon);
        offset[k] = beta[channel + k];
    }
    for (int64_t row = share.begin; row < share.end; row += blockDim.y) {
        wide<float, W> numbers = wide_load<W>(x + row * channels + channel);

        for (int k = 0; k < W; k++)
            numbers.at[k] = (numbers.at[k] - center[k]) * factor[k] + offset[k];
        wide_store(y + row * channels + channel, numbers);
    }
}

/* Writes what the gradient and evaluation need; done by the first strip. */
static __device__ void keep(const float *moments, int64_t first, int64_t end, int64_t channels, float momentum,
                            float epsilon, float *moving, float *saved)
{
    for (int64_t c = first; c < end && c < channels; c++) {
        saved[c] = moments[c];
        saved[channels + c] = 1.0f / sqrtf(moments[channels + c] + epsilon);
        for (int64_t i = c; i < 2 * channels; i += channels)
            moving[i] = momentum * moving[i] + (1.0f - momentum) * moments[i];
    }
}

template <int W>
static __global__ void forward(const float *x, const float *moments, const float *gamma, const float *beta,
                               float momentum, float epsilon, column_blocks blocks, float *moving, float *saved,
                               float *y)
{
    int64_t channel = column_share_of(blocks).column * W, channels = blocks.columns * W;

    if (blockIdx.y == 0 && threadIdx.y == 0)
        keep(moments, channel, channel + W, channels, momentum, epsilon, moving, saved);
    normalise<W>(x, moments, moments + channels, gamma, beta, epsilon, blocks, y);
}

template <int W>
static __global__ void inference(const float *x, const float *moving, const float *gamma, const float *beta,
                                 float epsilon, column_blocks blocks, float *y)
{
    normalise<W>(x, moving, moving + blocks.columns * W, gamma, beta, epsilon, blocks, y);
}

/* Sums of dy and of dy × (x - mean). */
struct gradient_sums {
    struct part {
        double of_dy, of_product;
    };

    const float *x, *dy, *mean;
    int64_t channels;
    float *of_dy, *of_product;

    __device__ void add(part &p, int64_t channel, int64_t row, int64_t end, int64_t step) const
    {
        float center = mean[channel], sum = 0.0f, product = 0.0f;

        for (; row < end; row += step) {
            float d = dy[row * channels + channel];

            sum += d;
            product += d * (x[row * channels + channel] - center);
        }
        p.of_dy += sum;
        p.of_product += product;
    }
    __device__ void merge(part &p, const part &other) const
    {
        p.of_dy += other.of_dy;
        p.of_product += other.of_product;
    }
    __device__ void finish(const part &p, int64_t channel) const
    {
        of_dy[channel] = (float)p.of_dy;
        of_product[channel] = (float)p.of_product;
    }
};

/* dx = gamma / deviation × (dy - mean dy - (x - mean) × mean product / variance); sums [2][C], saved [2][C]. Means are
 * over the rows, or where `step` is given over `pixels` of each image of the whole batch. dgamma, dbeta: or NULL. */
template <int W>
static __global__ void gradient(const float *x, const float *dy, const float *gamma, const float *saved,
                                const float *sums, column_blocks blocks, const struct gpu_step *step, int pixels,
                                float *dx, float *dgamma, float *dbeta)
{
    const float count = step ? (float)step->whole * (float)pixels : (float)blocks.rows;
    column_share share = column_share_of(blocks);
    int64_t channel = share.column * W, channels = blocks.columns * W;
    float center[W], factor[W], offset[W], slope[W];

    if (share.column >= blocks.columns)
        return;
    for (int k = 0; k < W; k++) {
        int64_t c = channel + k;
        float inverse = saved[channels + c], of_dy = sums[c], of_product = sums[channels + c];

        center[k] = saved[c];
        factor[k] = gamma[c] * inverse;
        offset[k] = of_dy / count;
        slope[k] = of_product / count * inverse * inverse;
        if (dgamma && blockIdx.y == 0 && threadIdx.y == 0) {
            dgamma[c] = of_product * inverse;
            dbeta[c] = of_dy;
        }
    }
    for (int64_t row = share.begin; row < share.end; row += blockDim.y) {
        wide<float, W> numbers = wide_load<W>(x + row * channels + channel);
        wide<float, W> gradients = wide_load<W>(dy + row * channels + channel);

        for (int k = 0; k < W; k++)
            gradients.at[k] = factor[k] * (gradients.at[k] - offset[k] - (numbers.at[k] - center[k]) * slope[k]);
        wide_store(dx + row * channels + channel, gradients);
    }
}

/* In the workspace: [2][C] of moments or sums, then room to gather them. */
static size_t front_bytes(const struct op *op)
{
    return gpu_aligned(2 * (size_t)op->norm.channels * sizeof(float));
}

static size_t forward_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return front_bytes(op) + gpu_columns_moments_bytes(gpu, op->norm.channels);
}

static size_t gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return front_bytes(op) + column_gather_bytes<gradient_sums>(gpu, op->norm.channels);
}

static void *room_of(const struct gpu_task *task)
{
    return static_cast<char *>(task->gpu->workspace) + front_bytes(task->op);
}

static bool by_quads(const struct gpu_task *task)
{
    return task->op->norm.channels % QUAD == 0;
}

static struct column_blocks blocks_of(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;

    return column_blocks_of(task->gpu, (int64_t)task->rows * norm->pixels,
                            by_quads(task) ? norm->channels / QUAD : norm->channels);
}

static void run_forward(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *x = static_cast<float *>(task->in[0]);
    float *moments = static_cast<float *>(task->in[4]);
    struct column_blocks blocks = blocks_of(task);

    if (!moments) {
        moments = static_cast<float *>(task->gpu->workspace);
        gpu_columns_moments(task->gpu, x, blocks.rows, norm->channels, room_of(task), moments);
    }
    gpu_launch(task->gpu, by_quads(task) ? forward<QUAD> : forward<1>, blocks.grid, blocks.block, x, moments,
               task->in[1], task->in[2], norm->momentum, norm->epsilon, blocks, task->in[3], task->out[1],
               task->out[0]);
}

static void run_inference(const struct gpu_task *task)
{
    struct column_blocks blocks = blocks_of(task);

    gpu_launch(task->gpu, by_quads(task) ? inference<QUAD> : inference<1>, blocks.grid, blocks.block, task->in[0],
               task->in[3], task->in[1], task->in[2], task->op->norm.epsilon, blocks, task->out[0]);
}

static void run_gradient(const struct gpu_task *task)
{
    int64_t channels = task->op->norm.channels;
    const float *x = static_cast<float *>(task->in[0]), *dy = static_cast<float *>(task->in[1]);
    const float *saved = static_cast<float *>(task->in[3]);
    float *sums = static_cast<float *>(task->gpu->workspace);
    struct column_blocks blocks = blocks_of(task);

    column_gather(task->gpu, gradient_sums{ x, dy, saved, channels, sums, sums + channels }, blocks.rows, channels,
                  room_of(task));
    gpu_launch(task->gpu, by_quads(task) ? gradient<QUAD> : gradient<1>, blocks.grid, blocks.block, x, dy, task->in[2],
               saved, sums, blocks, nullptr, 0, task->out[0], task->out[1], task->out[2]);
}

enum { THREADS = 128 };

/* moments [2][C] of this rank to its place in all [R][NORM_RANK_ROWS][C], zeros elsewhere. */
static __global__ void spread(struct op_norm norm, const float *moments, float pixels, float *all)
{
    const int64_t row = (int64_t)NORM_RANK_ROWS * norm.channels, first = norm.rank * row;

    GPU_EACH(i, norm.ranks * row) {
        int64_t at = i - first - norm.channels; /* in the moments, which come behind the numbers of pixels */

        all[i] = i < first || i >= first + row ? 0.0f : at < 0 ? pixels : moments[at];
    }
}

/* The moments of all ranks' pixels, merged in the order of the ranks (Chan, Golub and LeVeque, 1983, eq. 2.1). */
static __global__ void merge_ranks(struct op_norm norm, const float *all, float *moments)
{
    const int channels = norm.channels;

    GPU_EACH(c, channels) {
        double count = 0.0, mean = 0.0, deviation = 0.0;

        for (int rank = 0; rank < norm.ranks; rank++) {
            const float *of = all + (int64_t)rank * NORM_RANK_ROWS * channels + c;
            double more = of[NORM_PIXELS * channels], delta = of[NORM_MEAN * channels] - mean;
            double share = more > 0.0 ? more / (count + more) : 0.0;

            deviation += of[NORM_VARIANCE * channels] * more + delta * delta * share * count;
            mean += delta * share;
            count += more;
        }
        moments[c] = (float)mean;
        moments[channels + c] = count > 0.0 ? (float)(deviation / count) : 1.0f;
    }
}

static void run_spread(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const int64_t pixels = (int64_t)task->rows * norm->pixels;
    const int64_t numbers = (int64_t)norm->ranks * NORM_RANK_ROWS * norm->channels;
    float *moments = static_cast<float *>(task->in[1]);

    if (!moments) {
        moments = static_cast<float *>(task->gpu->workspace);
        gpu_columns_moments(task->gpu, static_cast<float *>(task->in[0]), pixels, norm->channels, room_of(task),
                            moments);
    }
    gpu_launch(task->gpu, spread, gpu_launch_blocks(task->gpu, numbers, THREADS), THREADS, *norm, moments,
               (float)pixels, task->out[0]);
}

static void run_merge(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;

    gpu_launch(task->gpu, merge_ranks, gpu_launch_blocks(task->gpu, norm->channels, THREADS), THREADS, *norm,
               task->in[0], task->out[0]);
}

/* What the layer's parameters take of sums [2][C]. */
static __global__ void scale_sums(const float *sums, const float *saved, int channels, float *dgamma, float *dbeta)
{
    GPU_EACH(c, channels) {
        dbeta[c] = sums[c];
        dgamma[c] = sums[channels + c] * saved[channels + c];
    }
}

static size_t sums_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return column_gather_bytes<gradient_sums>(gpu, op->norm.channels);
}

static void run_sums(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *x = static_cast<float *>(task->in[0]), *dy = static_cast<float *>(task->in[1]);
    const float *saved = static_cast<float *>(task->in[2]);
    float *sums = static_cast<float *>(task->out[0]);

    column_gather(task->gpu, gradient_sums{ x, dy, saved, norm->channels, sums, sums + norm->channels },
                  (int64_t)task->rows * norm->pixels, norm->channels, task->gpu->workspace);
    gpu_launch(task->gpu, scale_sums, gpu_launch_blocks(task->gpu, norm->channels, THREADS), THREADS, sums, saved,
               norm->channels, task->out[1], task->out[2]);
}

static void run_input_gradient(const struct gpu_task *task)
{
    struct column_blocks blocks = blocks_of(task);

    gpu_launch(task->gpu, by_quads(task) ? gradient<QUAD> : gradient<1>, blocks.grid, blocks.block, task->in[0],
               task->in[1], task->in[2], task->in[3], task->in[4], blocks, task->step, task->op->norm.pixels,
               task->out[0], nullptr, nullptr);
}

const struct gpu_kernel gpu_batch_norm = { run_forward, forward_workspace };
const struct gpu_kernel gpu_batch_norm_inference = { run_inference };
const struct gpu_kernel gpu_batch_norm_gradient = { run_gradient, gradient_workspace };
const struct gpu_kernel gpu_spread_moments = { run_spread, forward_workspace };
const struct gpu_kernel gpu_merge_moments = { run_merge };
const struct gpu_kernel gpu_batch_norm_sums = { run_sums, sums_workspace };
const struct gpu_kernel gpu_batch_norm_input_gradient = { run_input_gradient };
