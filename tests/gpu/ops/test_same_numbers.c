/* The same seed gives the same random numbers on a GPU as on the CPU: an image is moved and mirrored alike, and the
 * same values are dropped, so that a run can be compared with its twin on the other device. */
#include "tests/gpu/gpu_cases.h"

#include <math.h>

#include "cpu/cpu_backend.h"

enum { CASES = 120 };

struct twins {
    struct op_case c;
    unsigned char *cpu, *gpu; /* the arena, afterwards */
};

/* With a seed of all 64 bits, and step numbers that just fit into 32. */
static void twins_run(struct twins *t, enum op_kind kind, uint64_t seed)
{
    struct error e = { 0 };

    assert_true(op_case_draw(&t->c, kind, seed));
    t->c.step.seed |= (seed * 2 + 1) << 32;
    t->c.step.number = seed % 3 ? t->c.step.number : UINT32_MAX - seed;
    t->cpu = test_malloc(t->c.plan.arena_bytes[ARENA_ACTIVATIONS]);
    assert_good(op_case_run(&t->c, &cpu_backend_class, 1, t->cpu, &e), e);
    t->gpu = gpu_case_run(&t->c);
}

static void twins_free(struct twins *t)
{
    test_free(t->cpu);
    test_free(t->gpu);
    op_case_free(&t->c);
}

static void expect_equal_bits(enum op_kind kind)
{
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct twins t;

        twins_run(&t, kind, seed);
        assert_memory_equal(t.cpu, t.gpu, t.c.plan.arena_bytes[ARENA_ACTIVATIONS]);
        twins_free(&t);
    }
}

static void test_the_same_values_are_dropped(void **state)
{
    (void)state;
    expect_equal_bits(OP_DROPOUT);
}

static void test_the_same_gradients_are_dropped(void **state)
{
    (void)state;
    expect_equal_bits(OP_DROPOUT_GRADIENT);
}

/* How far two results may be apart: one may round a product and a difference, the other both in one operation. */
static float rounding_of(const struct op_case *c)
{
    const float *normalisation = (const float *)(const void *)(c->contents + c->values[c->op.in[2]].offset);
    float largest = 0.0f;

    for (int i = 0; i < c->op.gather.channels; i++) {
        float mean = normalisation[i], inverse = normalisation[c->op.gather.channels + i];

        largest = fmaxf(largest, fmaxf(1.0f, mean) * inverse);
    }
    return 2 * largest * 0x1p-23f;
}

static void test_images_are_moved_alike(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct twins t;

        twins_run(&t, OP_GATHER, seed);

        const struct op_gather *g = &t.c.op.gather;
        size_t offset = t.c.values[t.c.op.out[0]].offset;
        const float *cpu = (const float *)(const void *)(t.cpu + offset);
        const float *gpu = (const float *)(const void *)(t.gpu + offset);

        for (int i = 0; i < t.c.step.rows * g->height * g->width * g->channels; i++)
            if (!(fabsf(cpu[i] - gpu[i]) <= rounding_of(&t.c)) || !cpu[i] != !gpu[i])
                fail_msg("seed %d: number %d is %g on the CPU and %g on the GPU", (int)seed, i, cpu[i], gpu[i]);
        twins_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_values_are_dropped),
        cmocka_unit_test(test_the_same_gradients_are_dropped),
        cmocka_unit_test(test_images_are_moved_alike),
    };

    return cmocka_run_group_tests_name("random numbers of CPU and GPU", tests, NULL, NULL);
}
