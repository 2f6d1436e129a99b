/* Softmax and cross entropy together, with label smoothing, weights of the classes and mixed labels. A warp does an
 * image; then one block adds the images' losses in order. */
#include <math.h>

#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"

enum { THREADS = 128, WARPS = THREADS / WARP, TOTAL_THREADS = 256 };

/* What an image adds to the metrics. */
struct outcome {
    double loss;
    float correct;
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

/* What an image should be: its label and, where images are mixed, that of the next one, with their shares and how much
 * each counts in the loss. */
struct target {
    int label[2];
    float share[2], weight[2];
};

static __device__ struct target target_of(const struct op_loss &loss, const struct gpu_step *step,
                                          const int32_t *labels, const float *weights, int image, int images)
{
    float other = loss.mixed ? step->mix.share : 0.0f;
    struct target t = { { labels[image], labels[(image + 1) % (images + loss.next)] }, { 1.0f - other, other }, {} };

    for (int k = 0; k < 2; k++)
        t.weight[k] = t.share[k] * (weights ? weights[t.label[k]] : 1.0f);
    return t;
}

/* Of two numbers, one for each label, those of the labels that are this class. */
static __device__ float of_class(const struct target &t, const float of_label[2], int c)
{
    return (c == t.label[0] ? of_label[0] : 0.0f) + (c == t.label[1] ? of_label[1] : 0.0f);
}

/* -sum target × log p, with log p = x - log_total. */
static __device__ double cross_entropy(const struct op_loss &loss, const float *x, const struct target &t,
                                       double log_total)
{
    double smoothing = loss.smoothing, spread = smoothing > 0.0 ? sum_of(x, loss.classes) : 0.0, sum = 0.0;

    for (int k = 0; k < 2; k++)
        if (t.weight[k] > 0.0f)
            sum += t.weight[k] * (log_total - (1.0 - smoothing) * x[t.label[k]] - smoothing / loss.classes * spread);
    return sum;
}

static __global__ void softmax(struct op_loss loss, const struct gpu_step *step, const float *logits,
                               const int32_t *labels, const float *weights, float *probabilities,
                               struct outcome *outcomes, int images)
{
    int image = warp_image();

    if (image >= images)
        return;

    const float *x = logits + (int64_t)image * loss.classes;
    float *p = probabilities + (int64_t)image * loss.classes;
    struct target target = target_of(loss, step, labels, weights, image, images);
    struct greatest best = greatest_of(x, loss.classes);
    double total = exponentials(x, best.x, p, loss.classes);
    double entropy = cross_entropy(loss, x, target, best.x + log(total));

    scale(p, (float)(1.0 / total), loss.classes);
    if (warp_lane() == 0)
        outcomes[image] = { entropy, of_class(target, target.share, best.at) };
}

/* metrics [2]: mean loss, number of correct. */
static __global__ void add_outcomes(const struct gpu_step *step, const struct outcome *outcomes, int images,
                                    float *metrics)
{
    double loss = 0.0, correct = 0.0;

    for (int image = (int)threadIdx.x; image < images; image += TOTAL_THREADS) {
        loss += outcomes[image].loss;
        correct += outcomes[image].correct;
    }
    loss = block_sum<TOTAL_THREADS>(loss);
    correct = block_sum<TOTAL_THREADS>(correct);
    if (threadIdx.x > 0)
        return;
    metrics[0] = (float)(loss / step->whole);
    metrics[1] = (float)correct;
}

/* probability - target, over the number of images in the whole batch. */
static __global__ void softmax_gradient(struct op_loss loss, const struct gpu_step *step, const float *probabilities,
                                        const int32_t *labels, const float *weights, float *dlogits, int images)
{
    float factor = 1.0f / (float)step->whole, spread = loss.smoothing / (float)loss.classes;
    int image = warp_image();

    if (image >= images)
        return;

    const float *p = probabilities + (int64_t)image * loss.classes;
    float *dx = dlogits + (int64_t)image * loss.classes;
    struct target target = target_of(loss, step, labels, weights, image, images);
    float whole = target.weight[0] + target.weight[1];

    for (int i = warp_lane(); i < loss.classes; i += WARP)
        dx[i] = ((p[i] - spread) * whole - (1.0f - loss.smoothing) * of_class(target, target.weight, i)) * factor;
}

static unsigned blocks_of(const struct gpu_task *task)
{
    return (unsigned)int_ceil_div(task->rows, WARPS);
}

static void run_forward(const struct gpu_task *task)
{
    gpu_launch(task->gpu, softmax, blocks_of(task), THREADS, task->op->loss, task->step, task->in[0], task->in[1],
               task->in[2], task->out[0], task->gpu->workspace, task->rows);
    gpu_launch(task->gpu, add_outcomes, 1, TOTAL_THREADS, task->step, task->gpu->workspace, task->rows,
               task->out[1]);
}

static void run_gradient(const struct gpu_task *task)
{
    gpu_launch(task->gpu, softmax_gradient, blocks_of(task), THREADS, task->op->loss, task->step, task->in[0],
               task->in[1], task->in[2], task->out[0], task->rows);
}

const struct gpu_kernel gpu_softmax_loss = { run_forward, workspace };
const struct gpu_kernel gpu_softmax_loss_gradient = { run_gradient };
