/* Dense layers: matrix products over the team. With many rows the rows are split, with few the columns, so that
 * every thread has a product of useful shape; the weights' gradient is split over their rows and needs no sum over
 * threads. */
#include "kernels/activate.h"
#include "kernels/column_sums.h"
#include "base/gemm.h"
#include "kernels/kernels.h"

/* Fewer rows than this for a thread make thin products that read all the weights for little work. */
enum { ROWS_A_THREAD = 16 };

struct block {
    struct share rows, columns;
};

static struct block block_of(const struct kernel_task *task, int64_t rows, int64_t columns)
{
    if (rows >= (int64_t)ROWS_A_THREAD * task->threads)
        return (struct block){ share_of(rows, 1, task->thread, task->threads), { 0, columns } };
    return (struct block){ { 0, rows }, share_of(columns, LINE_FLOATS, task->thread, task->threads) };
}

void kernel_dense(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const float *x = task->in[0], *w = task->in[1], *b = task->in[2];
    int64_t inputs = dense->inputs, outputs = dense->outputs;
    struct block block = block_of(task, task->step->rows, outputs);
    int64_t rows = block.rows.end - block.rows.begin, columns = block.columns.end - block.columns.begin;
    float *y = (float *)task->out[0] + block.rows.begin * outputs + block.columns.begin;

    gemm(rows, columns, inputs, (struct matrix){ x + block.rows.begin * inputs, inputs },
         (struct matrix){ w + block.columns.begin, outputs }, y, outputs, false);
    activate_rows(dense->activation, dense->slope, b ? b + block.columns.begin : NULL, y, rows, columns, outputs);
}

void kernel_dense_input_gradient(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const float *dy = task->in[0], *w = task->in[1];
    int64_t inputs = dense->inputs, outputs = dense->outputs;
    struct block block = block_of(task, task->step->rows, inputs);
    float *dx = (float *)task->out[0] + block.rows.begin * inputs + block.columns.begin;

    gemm(block.rows.end - block.rows.begin, block.columns.end - block.columns.begin, outputs,
         (struct matrix){ dy + block.rows.begin * outputs, outputs },
         (struct matrix){ w + block.columns.begin * outputs, outputs, .transposed = true }, dx, inputs, false);
}

static void bias_gradient(const float *dy, int64_t rows, int64_t outputs, struct share columns, float *db)
{
    enum { CHUNK = 64 };

    for (int64_t column = columns.begin; column < columns.end; column += CHUNK) {
        int64_t width = columns.end - column < CHUNK ? columns.end - column : CHUNK;
        double sums[CHUNK] = { 0 };

        column_sums_add(dy + column, rows, width, outputs, sums);
        for (int64_t i = 0; i < width; i++)
            db[column + i] = (float)sums[i];
    }
}

void kernel_dense_weight_gradient(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const float *x = task->in[0], *dy = task->in[1];
    float *dw = task->out[0], *db = task->out[1];
    int64_t inputs = dense->inputs, outputs = dense->outputs;
    struct share share = share_of(inputs, LINE_FLOATS, task->thread, task->threads);

    gemm(share.end - share.begin, outputs, task->step->rows,
         (struct matrix){ x + share.begin, inputs, .transposed = true }, (struct matrix){ dy, outputs },
         dw + share.begin * outputs, outputs, false);
    if (db)
        bias_gradient(dy, task->step->rows, outputs, share_of(outputs, LINE_FLOATS, task->thread, task->threads), db);
}
