#include "nn/plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "nn/recipe/model.h"
#include "nn/plan/plan_check.h"
#include "nn/plan/plan_passes.h"
#include "nn/recipe/recipe.h"

static void declare_inputs(struct plan_builder *b)
{
    struct plan *plan = b->plan;
    struct shape s = plan->input;

    b->layer = -1;
    plan->images = plan_add_value(b, &(struct plan_value){ .name = "images", .arena = ARENA_BATCH, .element = ELEMENT_U8,
                                                           .per_image = true, .rank = 4, .alias = VALUE_NONE,
                                                           .dims = { plan->batch, s.height, s.width, s.channels } });
    plan->labels = plan_add_value(b, &(struct plan_value){ .name = "labels", .arena = ARENA_BATCH, .element = ELEMENT_I32,
                                                           .per_image = true, .rank = 1, .alias = VALUE_NONE,
                                                           .dims = { plan->batch } });
    plan->index = plan_add_value(b, &(struct plan_value){ .name = "index", .arena = ARENA_BATCH, .element = ELEMENT_I32,
                                                          .per_image = true, .rank = 1, .alias = VALUE_NONE,
                                                          .dims = { plan->batch } });
    plan->normalisation = plan_add_value(b, &(struct plan_value){ .name = "normalisation", .arena = ARENA_STATISTICS,
                                                                  .rank = 2, .alias = VALUE_NONE,
                                                                  .dims = { 2, s.channels } });
    plan->metrics = plan_add_value(b, &(struct plan_value){ .name = "metrics", .arena = ARENA_METRICS, .rank = 1,
                                                            .alias = VALUE_NONE, .dims = { 2 } });
}

static value emit_gather(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;
    value x = plan_activation(b, "input", plan->input);
    bool augment = b->training && (recipe->data.flip || recipe->data.shift > 0);

    plan_append(b, &(struct op){ .kind = OP_GATHER,
                                 .in = { plan->images, plan->index, plan->normalisation },
                                 .out = { x },
                                 .gather = { .height = plan->input.height,
                                             .width = plan->input.width,
                                             .channels = plan->input.channels,
                                             .augment = augment,
                                             .flip = augment && recipe->data.flip,
                                             .shift = augment ? recipe->data.shift : 0 } });
    return x;
}

/* Forward operations from images to loss; with training false, those of evaluation. */
static void emit_forward(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;

    b->layer = -1;

    value x = emit_gather(b, recipe);

    for (int i = 0; i < recipe->n_layers; i++) {
        b->layer = i;
        b->next_parameter = 0;
        x = recipe->layers[i].class->emit(&recipe->layers[i], b, x);
    }
    b->layer = -1;
    plan->probabilities = plan_activation(b, "probabilities", shape_flat(plan->classes));
    plan_append(b, &(struct op){ .kind = OP_SOFTMAX_LOSS,
                                 .in = { x, plan->labels },
                                 .out = { plan->probabilities, plan->metrics },
                                 .loss = { .classes = plan->classes,
                                           .smoothing = b->training ? (float)recipe->training.label_smoothing : 0 } });
}

static void end_span(struct plan *plan, enum span span, int first)
{
    plan->spans[span].first = first;
    plan->spans[span].end = plan->n_ops;
}

static void build(struct plan_builder *b, const struct recipe *recipe, bool training)
{
    struct plan *plan = b->plan;

    declare_inputs(b);
    if (training) {
        b->training = true;
        emit_forward(b, recipe);
        end_span(plan, SPAN_FORWARD, 0);
        plan_gradient(b, 0, plan->spans[SPAN_FORWARD].end);
        end_span(plan, SPAN_BACKWARD, plan->spans[SPAN_FORWARD].end);
        plan_update(b, recipe);
        end_span(plan, SPAN_UPDATE, plan->spans[SPAN_BACKWARD].end);
        end_span(plan, SPAN_STEP, 0);
    }

    int first = plan->n_ops;

    b->training = false;
    emit_forward(b, recipe);
    end_span(plan, SPAN_EVALUATE, first);
}

struct plan *plan_new(const struct recipe *recipe, struct shape input, int classes, bool training, struct error *e)
{
    struct model model;
    struct plan *plan = memory_new(1, sizeof *plan, e);

    if (!plan || !model_infer(recipe, input, classes, &model, e)) {
        plan_free(plan);
        return NULL;
    }
    plan->batch = recipe->training.batch;
    plan->input = input;
    plan->classes = classes;

    struct plan_builder b = { .plan = plan, .precision = (enum precision)recipe->training.precision };

    build(&b, recipe, training);
    if (!b.failed)
        plan_fuse(&b);
    if (b.failed)
        *e = b.error;
    if (b.failed || !plan_check(plan, e) || !plan_memory(plan, e)) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->values);
    free(plan->ops);
    free(plan);
}

size_t plan_value_count(const struct plan_value *v)
{
    size_t count = 1;

    for (int i = 0; i < v->rank; i++)
        count *= (size_t)v->dims[i];
    return count;
}

size_t plan_parameters(const struct plan *plan)
{
    size_t count = 0;

    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == ARENA_PARAMETERS && !plan->values[v].whole)
            count += plan_value_count(&plan->values[v]);
    return count;
}

size_t plan_bytes(const struct plan *plan)
{
    size_t bytes = 0;

    for (int a = 0; a < ARENA_COUNT; a++)
        bytes += plan->arena_bytes[a];
    return bytes;
}

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
        else if (v->arena == ARENA_STATISTICS && v->layer >= 0) {
            /* Row 0 of a moving statistic, the mean, stays 0; row 1, the variance, starts at 1. */
            float *row = statistics + v->offset / sizeof *statistics + v->dims[1];

            for (int c = 0; c < v->dims[1]; c++)
                row[c] = 1;
        }
    }
}
