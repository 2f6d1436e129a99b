#include "gpu/ops/gpu_product_of_floats.h"

#include "gpu/core/gpu_operands.h"

enum { ALIGNMENT = 256 };

/* An operand as it lies in memory. */
struct matrix {
    int64_t rows, columns, stride; /* once rounded */
};

static struct matrix matrix_of(int64_t rows, int64_t columns, bool transposed)
{
    struct matrix m = { transposed ? columns : rows, transposed ? rows : columns, 0 };

    m.stride = gpu_product_stride(PRECISION_BF16, m.columns);
    return m;
}

static size_t rounded_bytes(struct matrix m)
{
    size_t bytes = (size_t)(m.rows * m.stride) * sizeof(uint16_t);

    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

size_t gpu_product_of_floats_bytes(const struct gpu_product *p)
{
    if (p->precision != PRECISION_BF16)
        return 0;
    return rounded_bytes(matrix_of(p->rows, p->inner, p->transpose_a)) +
           rounded_bytes(matrix_of(p->inner, p->columns, p->transpose_b));
}

void gpu_product_of_floats(struct gpu *gpu, const struct gpu_product *p, const float *a, const float *b, float *c,
                           void *room)
{
    struct matrix first = matrix_of(p->rows, p->inner, p->transpose_a);
    struct matrix second = matrix_of(p->inner, p->columns, p->transpose_b);
    struct gpu_product rounded = *p, plain = *p;
    uint16_t *rounded_a = room, *rounded_b = (uint16_t *)(void *)((char *)room + rounded_bytes(first));

    rounded.stride_a = first.stride;
    rounded.stride_b = second.stride;
    plain.precision = gpu_product_precision(gpu, &rounded, c);
    if (plain.precision != PRECISION_BF16) {
        gpu_product(gpu, &plain, a, b, c);
        return;
    }
    gpu_round_both(gpu, &(struct gpu_rounding){ a, first.rows, first.columns, first.stride, rounded_a },
                   &(struct gpu_rounding){ b, second.rows, second.columns, second.stride, rounded_b });
    gpu_product(gpu, &rounded, rounded_a, rounded_b, c);
}
