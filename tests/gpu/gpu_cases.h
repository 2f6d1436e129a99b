/* Random cases of operations (tests/support/op_cases.h) on the CUDA backend, and how far its results may be off. */
#ifndef TESTS_GPU_GPU_CASES_H
#define TESTS_GPU_GPU_CASES_H

#include "gpu/gpu_backend.h"
#include "tests/support/check.h"
#include "tests/support/op_compare.h"

/* Of every operation, by its precision. Floats have 24 bits of mantissa, and sums of thousands of them are off by
 * dozens of times their last bit. The operands of products are rounded to 8 bits by bf16, and rounded or cut to 11 by
 * tf32: errors of up to 1/512 and 1/1024 each, of which the worst among thousands of results is many times the
 * usual. */
static const double gpu_bounds[] = { [PRECISION_FP32] = 1e-5, [PRECISION_TF32] = 0.02, [PRECISION_BF16] = 0.05 };
enum { GPU_PRECISIONS = sizeof gpu_bounds / sizeof *gpu_bounds };

/* A case with what the reference makes of it. Only products are done in another precision than fp32. */
static inline void gpu_case_draw(struct op_case *c, enum op_kind kind, int seed, enum precision precision)
{
    struct error e = { 0 };

    assert_true(op_case_draw(c, kind, (uint64_t)seed));
    c->op.precision = precision;
    assert_good(op_case_expect(c, &e), e);
}

static inline void gpu_case_expect_within(const struct op_case *c, double bound)
{
    struct error e = { 0 };

    assert_good(op_case_agrees(c, &cuda_backend_class, 1, bound, &e), e);
}

static inline void gpu_case_expect_agreement(const struct op_case *c)
{
    gpu_case_expect_within(c, gpu_bounds[c->op.precision]);
}

/* What a case leaves in the arena; test_free() it. */
static inline unsigned char *gpu_case_run(const struct op_case *c)
{
    unsigned char *after = test_malloc(c->plan.arena_bytes[ARENA_ACTIVATIONS]);
    struct error e = { 0 };

    assert_good(op_case_run(c, &cuda_backend_class, 1, after, &e), e);
    return after;
}

#endif
