/* Dense layers: three products. */
#include "gpu/ops/gpu_columns.h"
#include "gpu/ops/gpu_product_of_floats.h"
#include "gpu/ops/gpu_activation.h"

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

static struct gpu_product (*const products[OP_COUNT])(const struct op *op, int rows) = {
    [OP_DENSE] = forward,
    [OP_DENSE_INPUT_GRADIENT] = input_gradient,
    [OP_DENSE_WEIGHT_GRADIENT] = weight_gradient,
};

size_t gpu_dense_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    const struct gpu_product p = products[op->kind](op, batch);
    size_t product = gpu_product_of_floats_bytes(&p);
    size_t sums = op->kind == OP_DENSE_WEIGHT_GRADIENT ? gpu_column_sums_bytes(gpu, op->dense.outputs) : 0;

    return product > sums ? product : sums; /* one after the other */
}

/* The product that an operation is, of its first two inputs. */
static void multiply(const struct gpu_task *task, const float *bias)
{
    struct gpu_product p = products[task->op->kind](task->op, task->rows);

    p.bias = bias;
    gpu_product_of_floats(task->gpu, &p, task->in[0], task->in[1], task->out[0], task->gpu->workspace);
}

void gpu_dense(const struct gpu_task *task)
{
    const struct op_dense *dense = &task->op->dense;

    multiply(task, task->in[2]);
    gpu_activate_output(task, dense->activation, dense->slope, dense->outputs);
}

void gpu_dense_input_gradient(const struct gpu_task *task)
{
    multiply(task, NULL);
}

void gpu_dense_weight_gradient(const struct gpu_task *task)
{
    multiply(task, NULL);
    if (task->out[1])
        gpu_column_sums(task->gpu, task->in[1], NULL, task->rows, task->op->dense.outputs, task->gpu->workspace,
                        task->out[1]);
}
