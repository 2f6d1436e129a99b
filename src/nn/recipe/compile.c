#include "nn/recipe/compile.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "nn/plan/plan_accumulate.h"
#include "nn/plan/plan_check.h"
#include "nn/plan/plan_distribute.h"
#include "nn/plan/plan_fuse.h"
#include "nn/plan/plan_fuse_padding.h"
#include "nn/plan/plan_gradient.h"
#include "nn/plan/plan_health.h"
#include "nn/plan/plan_memory.h"
#include "nn/plan/plan_synchronise.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/model.h"

static void declare_inputs(struct plan_builder *b)
{
    struct plan *plan = b->plan;
    struct shape s = plan->input;
    const int rows = plan->batch + plan->next;

    b->layer = -1;
    plan->images = plan_add_value(b, &(struct plan_value){ .name = "images",
                                                           .arena = ARENA_BATCH,
                                                           .element = ELEMENT_U8,
                                                           .per_image = true,
                                                           .rank = 4,
                                                           .alias = VALUE_NONE,
                                                           .dims = { rows, s.height, s.width, s.channels } });
    plan->labels = plan_add_value(b, &(struct plan_value){ .name = "labels",
                                                           .arena = ARENA_BATCH,
                                                           .element = ELEMENT_I32,
                                                           .per_image = true,
                                                           .rank = 1,
                                                           .alias = VALUE_NONE,
                                                           .dims = { rows } });
    plan->index = plan_add_value(b, &(struct plan_value){ .name = "index", .arena = ARENA_BATCH, .element = ELEMENT_I32,
                                                          .per_image = true, .rank = 1, .alias = VALUE_NONE,
                                                          .dims = { rows } });
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

/* Frozen layers are what they are in evaluation. */
static value emit_layers(struct plan_builder *b, const struct recipe *recipe, int first, int end, value x)
{
    const bool training = b->training;
    const int first_op = b->plan->n_ops;

    for (int i = first; i < end; i++) {
        b->layer = i;
        b->next_parameter = 0;
        b->training = training && i >= b->plan->frozen;
        x = recipe->layers[i].class->emit(&recipe->layers[i], b, x);
    }
    if (!b->failed)
        plan_fuse_padding(b->plan, first_op);
    b->layer = -1;
    b->training = training;
    return x;
}

static void end_span(struct plan *plan, enum span span, int first)
{
    plan->spans[span].first = first;
    plan->spans[span].end = plan->n_ops;
}

/* What the frozen layers make of images; all else begins with these numbers. */
static void emit_features(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;

    plan->made = emit_layers(b, recipe, 0, plan->frozen, augmentation_emit(b, &recipe->data));
    end_span(plan, SPAN_FEATURES, 0);
    if (b->failed)
        return;

    struct plan_value features = plan->values[plan->made];

    features.arena = ARENA_BATCH;
    features.alias = VALUE_NONE;
    text_copy(features.name, sizeof features.name, "features");
    plan->features = plan_add_value(b, &features);
}

/* Forward operations from images, or from what frozen layers made of them, to the loss; with training false, those of
 * evaluation. */
static void emit_forward(struct plan_builder *b, const struct recipe *recipe)
{
    struct plan *plan = b->plan;
    const bool apart = plan->features != VALUE_NONE;

    b->layer = -1;

    value x = apart ? plan->features : augmentation_emit(b, &recipe->data);

    x = emit_layers(b, recipe, apart ? plan->frozen : 0, recipe->n_layers, x);

    const value labels = b->training ? plan->labels : plan_rows(b, plan->labels);

    plan->probabilities = plan_activation(b, "probabilities", shape_flat(plan->classes));
    plan_append(b, &(struct op){ .kind = OP_SOFTMAX_LOSS,
                                 .in = { x, labels, class_weights(b, recipe) },
                                 .out = { plan->probabilities, plan->metrics },
                                 .loss = { .classes = plan->classes,
                                           .smoothing = b->training ? (float)recipe->training.label_smoothing : 0,
                                           .mixed = b->training && augmentation_mixes(&recipe->data),
                                           .next = b->training ? plan->next : 0 } });
}

/* `o`: NULL to evaluate alone. */
static void build(struct plan_builder *b, const struct recipe *recipe, const struct compile_options *o)
{
    struct plan *plan = b->plan;

    declare_inputs(b);
    if (o && o->apart)
        emit_features(b, recipe);

    int first = plan->n_ops;

    if (o) {
        b->training = true;
        emit_forward(b, recipe);
        end_span(plan, SPAN_FORWARD, first);
        plan_gradient(b, first, plan->spans[SPAN_FORWARD].end);
        plan_accumulate(b);
        end_span(plan, SPAN_BACKWARD, plan->spans[SPAN_FORWARD].end);
        optimiser_emit(&recipe->optimiser, recipe->training.clip, finetuning_lower(recipe), b);
        end_span(plan, SPAN_UPDATE, plan->spans[SPAN_BACKWARD].end);
        end_span(plan, SPAN_STEP, first);
        first = plan->n_ops;
    }
    b->training = false;
    emit_forward(b, recipe);
    end_span(plan, SPAN_EVALUATE, first);
}

/* Of so many rows at once, and so many in a training step. */
static struct plan *new_plan(int rows, int step, struct shape input, int classes, struct error *e)
{
    struct plan *plan = memory_new(1, sizeof *plan, e);

    if (!plan)
        return NULL;
    plan->batch = rows;
    plan->step = step;
    plan->input = input;
    plan->classes = classes;
    plan->class_weights = plan->made = plan->features = VALUE_NONE;
    return plan;
}

static struct plan *compile(const struct recipe *recipe, struct shape input, int classes,
                            const struct compile_options *o, struct error *e)
{
    const int ranks = o ? int_max(o->ranks, 1) : 1;
    const double megabyte = 1 << 20;
    struct model model;
    const struct batch_share share = o && o->share.all > 0 ? o->share : share_equal(0, ranks);
    const int step = (int)slice_most((uint32_t)recipe->training.batch, share);
    const int rows = int_ceil_div(step, recipe->training.accumulate);
    struct plan *plan = new_plan(rows, o ? step : rows, input, classes, e);

    if (!plan || !model_infer(recipe, input, classes, &model, e)) {
        plan_free(plan);
        return NULL;
    }
    plan->frozen = o ? recipe->training.freeze : 0;
    plan->next = o && (ranks > 1 || step > rows) && augmentation_mixes(&recipe->data);

    struct plan_builder b = { .plan = plan, .precision = (enum precision)recipe->training.precision };

    build(&b, recipe, o);
    if (!b.failed)
        plan_fuse(&b);
    if (!b.failed && o && recipe->training.batch_norm == BATCH_NORM_ALL)
        plan_synchronise(&b, o->rank, ranks);
    if (ranks > 1)
        plan_distribute(&b, (size_t)(recipe->training.bucket * megabyte));
    if (!b.failed && o)
        plan_health(&b);
    if (b.failed)
        *e = b.error;
    if (b.failed || !plan_check(plan, e) || !plan_memory(plan, e)) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

struct plan *compile_recipe(const struct recipe *recipe, struct shape input, int classes, bool training,
                            struct error *e)
{
    return compile(recipe, input, classes, training ? &(struct compile_options){ .ranks = 1 } : NULL, e);
}

struct plan *compile_recipe_with(const struct recipe *recipe, struct shape input, int classes,
                                 const struct compile_options *options, struct error *e)
{
    return compile(recipe, input, classes, options, e);
}

struct plan *compile_augmentation(const struct recipe *recipe, struct shape input, value *out, struct error *e)
{
    struct plan *plan = new_plan(recipe->training.batch, recipe->training.batch, input, 1, e);

    if (!plan)
        return NULL;

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
