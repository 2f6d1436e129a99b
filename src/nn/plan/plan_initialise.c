#include "nn/plan/plan_initialise.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

/* Uniform in ±limit; number i is word i of the parameter's own sequence. */
static void fill_uniform(float *to, size_t count, float limit, uint64_t seed, uint32_t salt)
{
    for (size_t i = 0; i < count; i += 4) {
        struct random_words block = random_block(seed, RANDOM_WEIGHTS, salt, 0, i / 4);

        for (size_t k = 0; k < 4 && i + k < count; k++)
            to[i + k] = (2 * random_uniform(block.word[k]) - 1) * limit;
    }
}

static void initialise_parameter(const struct plan_value *v, float *to, uint64_t seed, uint32_t salt)
{
    size_t count = plan_value_count(v);

    switch (v->initialiser) {
    case INITIALISE_ZERO:
        break;
    case INITIALISE_ONE:
        for (size_t i = 0; i < count; i++)
            to[i] = 1;
        break;
    case INITIALISE_FILL:
        for (size_t i = 0; i < count; i++)
            to[i] = v->fill;
        break;
    case INITIALISE_GLOROT_UNIFORM: /* Glorot and Bengio, AISTATS 2010, eq. 16 */
        fill_uniform(to, count, sqrtf(6.0f / (float)(v->fan_in + v->fan_out)), seed, salt);
        break;
    }
}

void plan_initialise(const struct plan *plan, uint64_t seed, float *parameters, float *statistics)
{
    uint32_t salt = 0;

    memset(parameters, 0, plan->arena_bytes[ARENA_PARAMETERS]);
    memset(statistics, 0, plan->arena_bytes[ARENA_STATISTICS]);
    for (value i = 0; i < plan->n_values; i++) {
        const struct plan_value *v = &plan->values[i];

        if (v->whole)
            continue;
        if (v->arena == ARENA_PARAMETERS)
            initialise_parameter(v, parameters + v->offset / sizeof *parameters, seed, salt++);
        else if (i == plan->class_weights) {
            for (size_t c = 0; c < plan_value_count(v); c++)
                statistics[v->offset / sizeof *statistics + c] = 1;
        } else if (v->arena == ARENA_STATISTICS && v->layer >= 0) {
            /* Row 0 of a moving statistic, the mean, stays 0; row 1, the variance, starts at 1. */
            float *row = statistics + v->offset / sizeof *statistics + v->dims[1];

            for (int c = 0; c < v->dims[1]; c++)
                row[c] = 1;
        }
    }
}
