#include "kernels/activate.h"

#include "kernels/vector.h"

typedef void forward_function(const float *x, float *y, int64_t count, float slope);
typedef void gradient_function(const float *y, const float *dy, float *dx, int64_t count, float slope);

/* Two functions for each activation: y from x, and dx from dy and `from`, which is y, or x where the gradient needs
 * that (activation.h). */
#define ACTIVATION_FUNCTIONS(name, value, gradient)                                                                    \
    static void name##_forward(const float *x, float *y, int64_t count, float slope)                                   \
    {                                                                                                                  \
        (void)slope;                                                                                                   \
        INDEPENDENT                                                                                                    \
        for (int64_t i = 0; i < count; i++)                                                                            \
            y[i] = value(x[i], slope);                                                                                 \
    }                                                                                                                  \
    static void name##_gradient(const float *from, const float *dy, float *dx, int64_t count, float slope)             \
    {                                                                                                                  \
        (void)from;                                                                                                    \
        (void)slope;                                                                                                   \
        INDEPENDENT                                                                                                    \
        for (int64_t i = 0; i < count; i++)                                                                            \
            dx[i] = gradient(from[i], dy[i], slope);                                                                   \
    }

VECTOR_INLINE float gelu(float x)
{
    float density;

    return x * vector_normal(x, &density);
}

VECTOR_INLINE float gelu_slope(float x)
{
    float density, below = vector_normal(x, &density);

    return below + x * density;
}

VECTOR_INLINE float silu_slope(float x)
{
    float s = vector_sigmoid(x);

    return s * (1.0f + x * (1.0f - s));
}

/* Comparisons are written so that a NaN stays one. */
#define LINEAR(x, slope)                  (x)
#define LINEAR_GRADIENT(y, dy, slope)     (dy)
#define RELU(x, slope)                    ((x) < 0.0f ? 0.0f : (x))
#define RELU_GRADIENT(y, dy, slope)       ((y) > 0.0f ? (dy) : 0.0f)
#define RELU6(x, slope)                   ((x) < 0.0f ? 0.0f : (x) > 6.0f ? 6.0f : (x))
#define RELU6_GRADIENT(y, dy, slope)      ((y) > 0.0f ? (y) < 6.0f ? (dy) : 0.0f : 0.0f)
#define LEAKY_RELU(x, slope)              ((x) < 0.0f ? (x) * (slope) : (x))
#define LEAKY_RELU_GRADIENT(y, dy, slope) ((y) > 0.0f ? (dy) : (dy) * (slope))
#define SIGMOID(x, slope)                 vector_sigmoid(x)
#define SIGMOID_GRADIENT(y, dy, slope)    ((dy) * (y) * (1.0f - (y)))
#define TANH(x, slope)                    vector_tanh(x)
#define TANH_GRADIENT(y, dy, slope)       ((dy) * (1.0f - (y) * (y)))
#define GELU(x, slope)                    gelu(x)
#define GELU_GRADIENT(x, dy, slope)       ((dy)*gelu_slope(x))
#define SILU(x, slope)                    ((x)*vector_sigmoid(x))
#define SILU_GRADIENT(x, dy, slope)       ((dy)*silu_slope(x))
#define HARD_SWISH(x, slope)              ((x) < -3.0f ? 0.0f : (x) > 3.0f ? (x) : (x) * ((x) + 3.0f) * (1.0f / 6))
#define HARD_SWISH_GRADIENT(x, dy, slope) ((x) < -3.0f ? 0.0f : (x) > 3.0f ? (dy) : (dy) * ((x) * (1.0f / 3) + 0.5f))

#define DEFINE(kind, name, from_output) ACTIVATION_FUNCTIONS(name, kind, kind##_GRADIENT)
ACTIVATIONS(DEFINE)

static const struct {
    forward_function *forward;
    gradient_function *gradient;
} functions[] = {
#define ROW(kind, name, from_output) [ACTIVATION_##kind] = { name##_forward, name##_gradient },
    ACTIVATIONS(ROW)
};

void activate(enum activation activation, float slope, const float *x, float *y, int64_t count)
{
    functions[activation].forward(x, y, count, slope);
}

void activate_gradient(enum activation activation, float slope, const float *y, const float *dy, float *dx,
                       int64_t count)
{
    functions[activation].gradient(y, dy, dx, count, slope);
}

static void add_bias(const float *b, float *y, int64_t rows, int64_t columns, int64_t stride)
{
    for (int64_t row = 0; row < rows; row++)
        for (int64_t i = 0; i < columns; i++)
            y[row * stride + i] += b[i];
}

/* The most common case in one pass. */
static void add_bias_relu(const float *b, float *y, int64_t rows, int64_t columns, int64_t stride)
{
    for (int64_t row = 0; row < rows; row++)
        for (int64_t i = 0; i < columns; i++) {
            float v = y[row * stride + i] + b[i];

            y[row * stride + i] = RELU(v, slope);
        }
}

void activate_rows(enum activation activation, float slope, const float *b, float *y, int64_t rows, int64_t columns,
                   int64_t stride)
{
    if (b && activation == ACTIVATION_RELU) {
        add_bias_relu(b, y, rows, columns, stride);
        return;
    }
    if (b)
        add_bias(b, y, rows, columns, stride);
    if (activation == ACTIVATION_LINEAR)
        return;
    for (int64_t row = 0; row < rows; row++)
        activate(activation, slope, y + row * stride, y + row * stride, columns);
}
