/* Dense layers: three products, of floats that are rounded first where the operation's precision asks for it. */
#include "base/limits.h"
#include "gpu/core/gpu_operands.h"
#include "gpu/core/gpu_product.h"
#include "gpu/ops/gpu_activation.h"
#include "gpu/ops/gpu_columns.h"

static struct gpu_product forward(const struct op *op, int rows)
{
    return (struct gpu_product){ .rows = rows,
                                 .columns = op->dense.outputs,
                                 .inner = op->dense.inputs,
                                 .precision = op->precision,
                                 .relu = op->dense.activation == ACTIVATION_RELU };
}

static struct gpu_product input_gradient(const struct op *op, int rows)
{
    return (struct gpu_product){ .rows = rows,
                                 .columns = op->dense.inputs,
                                 .inner = op->dense.outputs,
                                 .transpose_b = true,
                                 .precision = op->precision };
}

static struct gpu_product weight_gradient(const struct op *op, int rows)
{
    return (struct gpu_product){ .rows = op->dense.inputs,
                                 .columns = op->dense.outputs,
                                 .inner = rows,
                                 .transpose_a = true,
                                 .precision = op->precision };
}

/* An operand as it is in memory. */
struct matrix {
    int64_t rows, columns, stride; /* the stride once it is rounded */
};

static struct matrix matrix_of(int64_t rows, int64_t columns, bool transposed)
{
    struct matrix m = { transposed ? columns : rows, transposed ? rows : columns, 0 };

    m.stride = gpu_product_stride(PRECISION_BF16, m.columns);
    return m;
}

static struct matrix first_of(const struct gpu_product *p)
{
    return matrix_of(p->rows, p->inner, p->transpose_a);
}

static struct matrix second_of(const struct gpu_product *p)
{
    return matrix_of(p->inner, p->columns, p->transpose_b);
}

static size_t rounded_bytes(struct matrix m)
{
    return gpu_aligned((size_t)(m.rows * m.stride) * sizeof(uint16_t));
}

static size_t workspace(struct gpu_product p)
{
    return p.precision == PRECISION_BF16 ? rounded_bytes(first_of(&p)) + rounded_bytes(second_of(&p)) : 0;
}

/* The product that an operation is, of its first two inputs. */
static void multiply(const struct gpu_task *task, struct gpu_product p)
{
    struct matrix first = first_of(&p), second = second_of(&p);
    const float *a = task->in[0], *b = task->in[1];
    uint16_t *rounded_a = task->gpu->workspace;
    uint16_t *rounded_b = (uint16_t *)(void *)((char *)task->gpu->workspace + rounded_bytes(first));
    struct gpu_product rounded = p;

    rounded.stride_a = first.stride;
    rounded.stride_b = second.stride;
    p.precision = gpu_product_precision(task->gpu, &rounded, task->out[0]);
    if (p.precision != PRECISION_BF16) {
        gpu_product(task->gpu, &p, a, b, task->out[0]);
        return;
    }
    gpu_operands_round_two(task->gpu, &(struct gpu_rounding){ a, first.rows, first.columns, first.stride, rounded_a },
                           &(struct gpu_rounding){ b, second.rows, second.columns, second.stride, rounded_b });
    gpu_product(task->gpu, &rounded, rounded_a, rounded_b, task->out[0]);
}

static void run_forward(const struct gpu_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    struct gpu_product p = forward(task->op, task->rows);

    p.bias = task->in[2];
    multiply(task, p);
    gpu_activation_of_output(task, dense->activation, dense->slope, dense->outputs);
}

static void run_input_gradient(const struct gpu_task *task)
{
    multiply(task, input_gradient(task->op, task->rows));
}

static void run_weight_gradient(const struct gpu_task *task)
{
    multiply(task, weight_gradient(task->op, task->rows));
    if (task->out[1])
        gpu_columns_sum(task->gpu, task->in[1], NULL, task->rows, task->op->dense.outputs, task->gpu->workspace,
                        task->out[1]);
}

static size_t forward_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)gpu;
    return workspace(forward(op, batch));
}

static size_t input_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)gpu;
    return workspace(input_gradient(op, batch));
}

/* The product and the sums need it one after the other. */
static size_t weight_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return size_max(workspace(weight_gradient(op, batch)), gpu_columns_sum_bytes(gpu, op->dense.outputs));
}

const struct gpu_kernel gpu_dense = { .run = run_forward, .workspace = forward_workspace };
const struct gpu_kernel gpu_dense_input_gradient = { .run = run_input_gradient, .workspace = input_gradient_workspace };
const struct gpu_kernel gpu_dense_weight_gradient = { .run = run_weight_gradient,
                                                      .workspace = weight_gradient_workspace };
