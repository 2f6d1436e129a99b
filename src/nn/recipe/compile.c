#include "nn/recipe/compile.h"

#include "base/memory.h"
#include "nn/plan/plan_check.h"
#include "nn/plan/plan_fuse.h"
#include "nn/plan/plan_fuse_padding.h"
#include "nn/plan/plan_gradient.h"
#include "nn/plan/plan_health.h"
#include "nn/plan/plan_memory.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/model.h"

static void declare_inputs(struct plan_builder *b)
{
    struct plan *plan = b->plan;
    struct shape s = plan->input;

    b->layer = -1;
    plan->images = plan_add_value(b, &(struct plan_value){ .name = "images",
                                                           .arena = ARENA_BATCH,
                                                           .element = ELEMENT_U8,
                                                           .per_image = true,
                                                           .rank = 4,
                                                           .alias = VALUE_NONE,
                                                           .dims = { plan->batch, s.height, s.width, s.channels } });
    plan->labels = plan_add_value(b, &(struct plan_value){ .name = "labels",
                                                           .arena = ARENA_BATCH,
                                                           .element = ELEMENT_I32,
                                                           .per_image = true,
                                                           .rank = 1,
                                                           .alias = VALUE_NONE,
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

/* Values that the trainer fills in; behind the layers' own, so that these are where they are in a plan without. */
static value class_weights(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;

    if (b->training && recipe->data.balance == BALANCE_WEIGHTS)
        plan->class_weights = plan_add_value(b, &(struct plan_value){ .name = "class_weights",
                                                                      .arena = ARENA_STATISTICS,
                                                                      .rank = 1,
                                                                      .alias = VALUE_NONE,
                                                                      .dims = { plan->classes } });
    return b->training ? plan->class_weights : VALUE_NONE;
}

/* Forward operations from images to loss; with training false, those of evaluation. */
static void emit_forward(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;
    const bool training = b->training;
    int first = plan->n_ops;

    b->layer = -1;

    value x = augmentation_emit(b, &recipe->data);

    for (int i = 0; i < recipe->n_layers; i++) {
        b->layer = i;
        b->next_parameter = 0;
        b->training = training && i >= plan->frozen;
        x = recipe->layers[i].class->emit(&recipe->layers[i], b, x);
    }
    if (!b->failed)
        plan_fuse_padding(plan, first);
    b->layer = -1;
    b->training = training;
    plan->probabilities = plan_activation(b, "probabilities", shape_flat(plan->classes));
    plan_append(b, &(struct op){ .kind = OP_SOFTMAX_LOSS,
                                 .in = { x, plan->labels, class_weights(b, recipe) },
                                 .out = { plan->probabilities, plan->metrics },
                                 .loss = { .classes = plan->classes,
                                           .smoothing = b->training ? (float)recipe->training.label_smoothing : 0,
                                           .mixed = b->training && augmentation_mixes(&recipe->data) } });
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
        optimiser_emit(&recipe->optimiser, recipe->training.clip, finetuning_lower(recipe), b);
        end_span(plan, SPAN_UPDATE, plan->spans[SPAN_BACKWARD].end);
        end_span(plan, SPAN_STEP, 0);
    }

    int first = plan->n_ops;

    b->training = false;
    emit_forward(b, recipe);
    end_span(plan, SPAN_EVALUATE, first);
}

struct plan *compile_recipe(const struct recipe *recipe, struct shape input, int classes, bool training,
                            struct error *e)
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
    plan->frozen = training ? recipe->training.freeze : 0;
    plan->class_weights = VALUE_NONE;

    struct plan_builder b = { .plan = plan, .precision = (enum precision)recipe->training.precision };

    build(&b, recipe, training);
    if (!b.failed)
        plan_fuse(&b);
    if (!b.failed && training)
        plan_health(&b);
    if (b.failed)
        *e = b.error;
    if (b.failed || !plan_check(plan, e) || !plan_memory(plan, e)) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

struct plan *compile_augmentation(const struct recipe *recipe, struct shape input, value *out, struct error *e)
{
    struct plan *plan = memory_new(1, sizeof *plan, e);

    if (!plan)
        return NULL;
    plan->batch = recipe->training.batch;
    plan->input = input;
    plan->classes = 1;
    plan->class_weights = VALUE_NONE;

    struct plan_builder b = { .plan = plan, .training = true };

    declare_inputs(&b);
    *out = augmentation_emit(&b, &recipe->data);
    end_span(plan, SPAN_FORWARD, 0);
    if (b.failed)
        *e = b.error;
    if (!b.failed && plan_check(plan, e) && plan_memory(plan, e))
        return plan;
    plan_free(plan);
    return NULL;
}
