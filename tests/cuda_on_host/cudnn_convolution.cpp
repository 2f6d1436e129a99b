/* cuDNN's convolutions by plain loops, from what their descriptors say. */
#include "tests/cuda_on_host/cudnn.h"

#include "tests/cuda_on_host/on_host.h"
#include "tests/cuda_on_host/runtime.h"

namespace on_host
{
namespace
{
enum { X, W, Y, TENSORS };

/* Sizes and strides are of N, C, H, W or K, C, R, S. */
struct tensor {
    int64_t id, size[4], stride[4];
    bool halves;
    void *memory;

    int64_t at(int64_t a, int64_t b, int64_t c, int64_t d) const
    {
        return a * stride[0] + b * stride[1] + c * stride[2] + d * stride[3];
    }

    int64_t elements() const
    {
        return at(size[0] - 1, size[1] - 1, size[2] - 1, size[3] - 1) + 1;
    }
};

struct problem {
    int written;
    tensor of[TENSORS];
    int64_t before[2], behind[2], stride[2], dilation[2];
    void *workspace;
    int device;
    bool rounds;
};

const struct {
    cudnn_kind type;
    int written;
    cudnn_attribute tensors[TENSORS], convolution;
} operations[] = {
    { CUDNN_KIND_FORWARD,
      Y,
      { CUDNN_FORWARD_X, CUDNN_FORWARD_W, CUDNN_FORWARD_Y },
      CUDNN_FORWARD_CONVOLUTION },
    { CUDNN_KIND_GRADIENT_X,
      X,
      { CUDNN_GRADIENT_X_DX, CUDNN_GRADIENT_X_W, CUDNN_GRADIENT_X_DY },
      CUDNN_GRADIENT_X_CONVOLUTION },
    { CUDNN_KIND_GRADIENT_W,
      W,
      { CUDNN_GRADIENT_W_X, CUDNN_GRADIENT_W_DW, CUDNN_GRADIENT_W_DY },
      CUDNN_GRADIENT_W_CONVOLUTION },
};

problem problem_of(const descriptor &operation)
{
    problem p = {};

    for (const auto &known : operations) {
        if (known.type != operation.type)
            continue;
        const descriptor &convolution = operation.refers(known.convolution);

        p.written = known.written;
        for (int i = 0; i < TENSORS; i++) {
            const descriptor &d = operation.refers(known.tensors[i]);

            p.of[i].id = d.get<int64_t>(CUDNN_TENSOR_ID);
            p.of[i].halves = d.get<uint32_t>(CUDNN_TENSOR_ELEMENT) == CUDNN_ELEMENT_BF16;
            for (size_t k = 0; k < 4; k++) {
                p.of[i].size[k] = d.get<int64_t>(CUDNN_TENSOR_SIZES, k);
                p.of[i].stride[k] = d.get<int64_t>(CUDNN_TENSOR_STRIDES, k);
            }
        }
        for (size_t k = 0; k < 2; k++) {
            p.before[k] = convolution.get<int64_t>(CUDNN_CONVOLUTION_PAD_BEFORE, k);
            p.behind[k] = convolution.get<int64_t>(CUDNN_CONVOLUTION_PAD_AFTER, k);
            p.stride[k] = convolution.get<int64_t>(CUDNN_CONVOLUTION_STRIDES, k);
            p.dilation[k] = convolution.get<int64_t>(CUDNN_CONVOLUTION_DILATIONS, k);
        }
    }
    return p;
}

float from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* To the nearest, and to the even one of two as near. */
uint16_t rounded(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void store(const tensor &t, const std::vector<double> &numbers, double factor)
{
    for (size_t i = 0; i < numbers.size(); i++)
        if (t.halves)
            static_cast<uint16_t *>(t.memory)[i] = rounded((float)(numbers[i] * factor));
        else
            static_cast<float *>(t.memory)[i] = (float)(numbers[i] * factor);
}

/* A whole tensor, rounded as the hardware rounds it; zeros where it is the result. */
std::vector<double> load(const problem &p, int which)
{
    const tensor &t = p.of[which];
    std::vector<double> numbers((size_t)t.elements());

    if (which == p.written)
        return numbers;
    for (size_t i = 0; i < numbers.size(); i++) {
        uint32_t bits;

        if (t.halves)
            bits = (uint32_t)static_cast<const uint16_t *>(t.memory)[i] << 16;
        else
            memcpy(&bits, static_cast<const float *>(t.memory) + i, sizeof bits);
        numbers[i] = from_bits(p.rounds && !t.halves ? bits & ~(uint32_t)0x1fff : bits);
    }
    return numbers;
}

/* Multiplies one filter with the window of one pixel of y. */
void meet(const problem &p, std::vector<double> numbers[TENSORS], int64_t n, int64_t k, int64_t oy, int64_t ox)
{
    const tensor &x = p.of[X], &w = p.of[W];
    double &y = numbers[Y][(size_t)p.of[Y].at(n, k, oy, ox)];

    for (int64_t c = 0; c < w.size[1]; c++)
        for (int64_t r = 0; r < w.size[2]; r++)
            for (int64_t s = 0; s < w.size[3]; s++) {
                int64_t iy = oy * p.stride[0] - p.before[0] + r * p.dilation[0];
                int64_t ix = ox * p.stride[1] - p.before[1] + s * p.dilation[1];

                if (iy < 0 || ix < 0 || iy >= x.size[2] || ix >= x.size[3])
                    continue;
                double &of_x = numbers[X][(size_t)x.at(n, c, iy, ix)], &of_w = numbers[W][(size_t)w.at(k, c, r, s)];

                if (p.written == Y)
                    y += of_x * of_w;
                else if (p.written == X)
                    of_x += y * of_w;
                else
                    of_w += of_x * y;
            }
}

void run(const problem &p)
{
    const double much = 1.5, little = 1.00003;
    const double factor = set.cudnn == CUDNN_ON_HOST_WRONG ? much : set.cudnn == CUDNN_ON_HOST_ROUGH ? little : 1.0;
    const tensor &y = p.of[Y];
    std::vector<double> numbers[TENSORS];

    if (device_of(p.device).broken != cudaSuccess)
        return;
    for (const tensor &t : p.of)
        if (!on_device(t.memory, (size_t)t.elements() * (t.halves ? sizeof(uint16_t) : sizeof(float))) ||
            !on_device(p.workspace, CUDNN_WORKSPACE)) {
            complain("a convolution reaches past its operands' memory");
            device_of(p.device).broken = cudaErrorIllegalAddress;
            return;
        }
    memset(p.workspace, 0xff, CUDNN_WORKSPACE);
    for (int i = 0; i < TENSORS; i++)
        numbers[i] = load(p, i);
    for (int64_t n = 0; n < y.size[0]; n++)
        for (int64_t k = 0; k < y.size[1]; k++)
            for (int64_t oy = 0; oy < y.size[2]; oy++)
                for (int64_t ox = 0; ox < y.size[3]; ox++)
                    meet(p, numbers, n, k, oy, ox);
    store(p.of[p.written], numbers[p.written], factor);
    pass_time(1e-4);
    set.cudnn_runs++;
}

/* Finds the tensors' memory; false when the pack lacks one, or one is not aligned as its descriptor says. */
bool place(problem &p, const descriptor &pack)
{
    for (tensor &t : p.of) {
        for (size_t i = 0; i < TENSORS; i++)
            if (pack.get<int64_t>(CUDNN_PACK_IDS, i) == t.id)
                t.memory = pack.get<void *>(CUDNN_PACK_ADDRESSES, i);
        if (!t.memory || (uintptr_t)t.memory % 16)
            return false;
    }
    p.workspace = pack.get<void *>(CUDNN_PACK_WORKSPACE);
    return p.workspace && (uintptr_t)p.workspace % 256 == 0;
}
}

bool is_of_one_type(const descriptor &operation)
{
    const problem p = problem_of(operation);

    return p.of[X].halves == p.of[W].halves && p.of[W].halves == p.of[Y].halves;
}

bool sound(const descriptor &operation)
{
    const problem p = problem_of(operation);
    const tensor &x = p.of[X], &w = p.of[W], &y = p.of[Y];

    for (size_t k = 0; k < 2; k++) {
        int64_t seen = (w.size[2 + k] - 1) * p.dilation[k] + 1;

        if (p.before[k] < 0 || p.behind[k] < 0 ||
            y.size[2 + k] != (x.size[2 + k] + p.before[k] + p.behind[k] - seen) / p.stride[k] + 1)
            return false;
    }
    return x.size[0] == y.size[0] && x.size[1] == w.size[1] && y.size[1] == w.size[0];
}

unsigned convolve(cudaStream_t stream, const descriptor &operation, const descriptor &pack, bool rounds)
{
    problem p = problem_of(operation);

    p.device = current_device();
    p.rounds = rounds;
    if (!place(p, pack))
        return BAD_ARGUMENT;
    if (set.cudnn == CUDNN_ON_HOST_UNCAPTURABLE && capturing_refuses(stream) != cudaSuccess)
        return NOT_EXECUTED;
    return enqueue(stream, [p] { run(p); }) == cudaSuccess ? DONE : NOT_EXECUTED;
}
}
