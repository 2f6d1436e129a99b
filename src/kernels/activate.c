#include "kernels/activate.h"

#include "kernels/vector.h"

typedef void forward_function(const float *x, float *y, int64_t count, float slope);
typedef void gradient_function(const float *y, const float *dy, float *dx, int64_t count, float slope);

/* Two functions for each activation: y from x, and dx from dy and `from`, which is y (for GELU x). */
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

/* Comparisons are written so that a NaN stays one. */
#define LINEAR(x, slope)                  (x)
#define LINEAR_GRADIENT(y, dy, slope)     (dy)
#define RELU(x, slope)                    ((x) < 0.0f ? 0.0f : (x))
#define RELU_GRADIENT(y, dy, slope)       ((y) > 0.0f ? (dy) : 0.0f)
#define LEAKY_RELU(x, slope)              ((x) < 0.0f ? (x) * (slope) : (x))
#define LEAKY_RELU_GRADIENT(y, dy, slope) ((y) > 0.0f ? (dy) : (dy) * (slope))
#define SIGMOID(x, slope)                 vector_sigmoid(x)
#define SIGMOID_GRADIENT(y, dy, slope)    ((dy) * (y) * (1.0f - (y)))
#define TANH(x, slope)                    vector_tanh(x)
#define TANH_GRADIENT(y, dy, slope)       ((dy) * (1.0f - (y) * (y)))
#define GELU(x, slope)                    gelu(x)
#define GELU_GRADIENT(x, dy, slope)       ((dy)*gelu_slope(x))

ACTIVATION_FUNCTIONS(linear, LINEAR, LINEAR_GRADIENT)
ACTIVATION_FUNCTIONS(relu, RELU, RELU_GRADIENT)
ACTIVATION_FUNCTIONS(leaky_relu, LEAKY_RELU, LEAKY_RELU_GRADIENT)
ACTIVATION_FUNCTIONS(sigmoid, SIGMOID, SIGMOID_GRADIENT)
ACTIVATION_FUNCTIONS(tanh, TANH, TANH_GRADIENT)
ACTIVATION_FUNCTIONS(gelu, GELU, GELU_GRADIENT)

static const struct {
    forward_function *forward;
    gradient_function *gradient;
} functions[] = {
    [ACTIVATION_LINEAR] = { linear_forward, linear_gradient },
    [ACTIVATION_RELU] = { relu_forward, relu_gradient },
    [ACTIVATION_LEAKY_RELU] = { leaky_relu_forward, leaky_relu_gradient },
    [ACTIVATION_SIGMOID] = { sigmoid_forward, sigmoid_gradient },
    [ACTIVATION_TANH] = { tanh_forward, tanh_gradient },
    [ACTIVATION_GELU] = { gelu_forward, gelu_gradient },
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
