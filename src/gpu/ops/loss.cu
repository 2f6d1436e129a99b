/* Softmax and cross entropy together, with label smoothing. A warp does an image; then one block adds the images'
 * losses in order. */
#include <math.h>

#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"

enum { THREADS = 128, WARPS = THREADS / WARP, TOTAL_THREADS = 256 };

/* What an image adds to the metrics. */
struct outcome {
    double loss;
    int correct;
};

static size_t workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)gpu;
    (void)op;
    return (size_t)batch * sizeof(struct outcome);
}

/* The image of this thread's warp, and the thread's number in the warp. */
static __device__ int warp_image()
{
    return (int)(blockIdx.x * WARPS + threadIdx.x / WARP);
}

static __device__ int warp_lane()
{
    return (int)(threadIdx.x % WARP);
}

/* The greatest number, and where it is: the first of equals. */
struct greatest {
    float x;
    int at;
};

static __device__ struct greatest greatest_of(const float *x, int count)
{
    struct greatest best = { -INFINITY, count };

    for (int i = warp_lane(); i < count; i += WARP)
        if (x[i] > best.x || best.at == count)
            best = { x[i], i };
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        float x_there = __shfl_down_sync(WHOLE_WARP, best.x, distance);
        int at_there = __shfl_down_sync(WHOLE_WARP, best.at, distance);

        if (x_there > best.x || (x_there == best.x && at_there < best.at))
            best = { x_there, at_there };
    }
    return { __shfl_sync(WHOLE_WARP, best.x, 0), __shfl_sync(WHOLE_WARP, best.at, 0) };
}

static __device__ double sum_of(const float *x, int count)
{
    double sum = 0.0;

    for (int i = warp_lane(); i < count; i += WARP)
        sum += x[i];
    return warp_sum(sum);
}

/* p = exp(x - most); returns their sum. */
static __device__ double exponentials(const float *x, float most, float *p, int count)
{
    double sum = 0.0;

    for (int i = warp_lane(); i < count; i += WARP)
        sum += p[i] = expf(x[i] - most);
    return warp_sum(sum);
}

static __device__ void scale(float *p, float factor, int count)
{
    for (int i = warp_lane(); i < count; i += WARP)
        p[i] *= factor;
}

/* -sum target × log p, with log p = x - log_total. */
static __device__ double cross_entropy(const struct op_loss &loss, const float *x, int label, double log_total)
{
    double smoothing = loss.smoothing, sum = smoothing > 0.0 ? sum_of(x, loss.classes) : 0.0;

    return log_total - (1.0 - smoothing) * x[label] - smoothing / loss.classes * sum;
}

static __global__ void softmax(struct op_loss loss, const float *logits, const int32_t *labels, float *probabilities,
                               struct outcome *outcomes, int images)
{
    int image = warp_image();

    if (image >= images)
        return;

    const float *x = logits + (int64_t)image * loss.classes;
    float *p = probabilities + (int64_t)image * loss.classes;
    struct greatest best = greatest_of(x, loss.classes);
    double total = exponentials(x, best.x, p, loss.classes);
    double entropy = cross_entropy(loss, x, labels[image], best.x + log(total));

    scale(p, (float)(1.0 / total), loss.classes);
    if (warp_lane() == 0)
        outcomes[image] = { entropy, best.at == labels[image] };
}

/* metrics [2]: mean loss, number of correct. */
static __global__ void add_outcomes(const struct outcome *outcomes, int images, float *metrics)
{
    struct outcome own = {};

    for (int image = (int)threadIdx.x; image < images; image += TOTAL_THREADS) {
        own.loss += outcomes[image].loss;
        own.correct += outcomes[image].correct;
    }
    own.loss = block_sum<TOTAL_THREADS>(own.loss);
    own.correct = block_sum<TOTAL_THREADS>(own.correct);
    if (threadIdx.x > 0)
        return;
    metrics[0] = (float)(own.loss / images);
    metrics[1] = (float)own.correct;
}

/* probability - target, over the number of images. */
static __global__ void softmax_gradient(struct op_loss loss, const float *probabilities, const int32_t *labels,
                                        float *dlogits, int images)
{
    float factor = 1.0f / (float)images, spread = loss.smoothing / (float)loss.classes;
    int image = warp_image();

    if (image >= images)
        return;

    const float *p = probabilities + (int64_t)image * loss.classes;
    float *dx = dlogits + (int64_t)image * loss.classes;

    for (int i = warp_lane(); i < loss.classes; i += WARP)
        dx[i] = (p[i] - spread - (i == labels[image] ? 1.0f - loss.smoothing : 0.0f)) * factor;
}

static unsigned blocks_of(const struct gpu_task *task)
{
    return (unsigned)int_ceil_div(task->rows, WARPS);
}

static void run_forward(const struct gpu_task *task)
{
    gpu_launch(task->gpu, softmax, blocks_of(task), THREADS, task->op->loss, task->in[0], task->in[1], task->out[0],
               task->gpu->workspace, task->rows);
    gpu_launch(task->gpu, add_outcomes, 1, TOTAL_THREADS, task->gpu->workspace, task->rows, task->out[1]);
}

static void run_gradient(const struct gpu_task *task)
{
    gpu_launch(task->gpu, softmax_gradient, blocks_of(task), THREADS, task->op->loss, task->in[0], task->in[1],
               task->out[0], task->rows);
}

const struct gpu_kernel gpu_softmax_loss = { run_forward, workspace };
const struct gpu_kernel gpu_softmax_loss_gradient = { run_gradient };
