#include "nn/recipe/model.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "nn/plan/plan_builder.h"
#include "nn/recipe/recipe.h"

/* Emits one layer into a throw-away plan for one image, so that counts come from where parameters are declared. */
static bool count_parameters(const struct layer *l, struct shape in, size_t *out, struct error *e)
{
    struct plan plan = { .batch = 1, .input = in, .classes = 1 };
    struct plan_builder b = { .plan = &plan, .training = true };

    l->class->emit(l, &b, plan_activation(&b, "input", in));
    *out = b.failed ? 0 : plan_parameters(&plan);
    free(plan.values);
    free(plan.ops);
    if (b.failed)
        *e = b.error;
    return !b.failed;
}

/* A little under 2^31, so that their arena, gaps for alignment included, can be counted in int as well. */
enum { PARAMETERS_MAX = 2000000000 };

/* Sizes are counted in int along the way: what does not fit is refused here, once for all. */
static bool fits(const struct layer *l, struct shape in, struct model_layer *out, struct error *e)
{
    if (!l->class->shape(l, in, &out->out, e))
        return false;
    if (shape_size(out->out) > INT32_MAX)
        return error_set(e, ERROR_INPUT, "its output of %zu values an image is more than %d", shape_size(out->out),
                         INT32_MAX);
    return count_parameters(l, in, &out->parameters, e);
}

static bool infer_layer(const struct recipe *recipe, int i, struct shape in, struct model *out, struct error *e)
{
    const struct layer *l = &recipe->layers[i];
    char text[32];

    if (fits(l, in, &out->layers[i], e))
        return true;
    shape_format(in, false, text, sizeof text);
    out->bad_layer = i;
    return error_context(e, "layer %d (%s), input %s", i + 1, l->class->name, text);
}

static bool ends_in_classes(const struct recipe *recipe, struct shape last, int classes, struct model *out,
                            struct error *e)
{
    char text[32];

    if (last.rank == 1 && last.channels == classes)
        return true;
    shape_format(last, false, text, sizeof text);
    out->bad_layer = recipe->n_layers - 1;
    return error_set(e, ERROR_INPUT,
                     "layer %d (%s), output %s: the last layer must give %d values, one a class of the data set, as "
                     "dense = units=%d in the recipe does; cuvette --dataset fits it by itself",
                     recipe->n_layers, recipe->layers[recipe->n_layers - 1].class->name, text, classes, classes);
}

/* The number of values that a layer gives, where it is a setting; NULL: it is none. */
static const struct field *units_field(const struct layer *l)
{
    return fields_find(l->class->fields, "units");
}

static int *units_of(struct layer *l)
{
    const struct field *units = units_field(l);

    return units ? (int *)(void *)(l->settings + units->offset) : NULL;
}

bool model_fit_classes(struct recipe *recipe, struct shape input, int classes)
{
    struct layer *last = recipe->n_layers > 0 ? &recipe->layers[recipe->n_layers - 1] : NULL;
    int *units = last ? units_of(last) : NULL, before = units ? *units : 0;
    struct model model;
    struct error e;

    if (!units || model_infer(recipe, input, classes, &model, &e))
        return false;
    *units = classes;
    if (model_infer(recipe, input, classes, &model, &e))
        return true;
    *units = before;
    return false;
}

void model_fit_like(struct recipe *recipe, const struct recipe *other)
{
    if (recipe->n_layers == 0 || other->n_layers == 0)
        return;

    struct layer *last = &recipe->layers[recipe->n_layers - 1];
    const struct layer *like = &other->layers[other->n_layers - 1];
    const struct field *units = last->class == like->class ? units_field(last) : NULL;

    if (units)
        memcpy(last->settings + units->offset, like->settings + units->offset, sizeof(int));
}

static bool nothing_to_train(const struct recipe *recipe, const struct model *m, struct error *e)
{
    int last = m->n_layers - 1;

    while (m->layers[last].parameters == 0)
        last--;
    return error_set(e, ERROR_INPUT, "freeze = %d leaves nothing to train: layer %d (%s) is the last with weights",
                     recipe->training.freeze, last + 1, recipe->layers[last].class->name);
}

bool model_infer(const struct recipe *recipe, struct shape input, int classes, struct model *out, struct error *e)
{
    struct shape shape = input;

    out->n_layers = recipe->n_layers;
    out->parameters = out->trained = 0;
    out->bad_layer = -1;
    if (recipe->n_layers == 0)
        return error_set(e, ERROR_INPUT, "the model has no layers: add one, or open a preset");
    for (int i = 0; i < recipe->n_layers; i++) {
        if (!infer_layer(recipe, i, shape, out, e))
            return false;
        shape = out->layers[i].out;
        out->parameters += out->layers[i].parameters;
        out->trained += i < recipe->training.freeze ? 0 : out->layers[i].parameters;
    }
    if (out->parameters > PARAMETERS_MAX)
        return error_set(e, ERROR_INPUT, "the model's %zu parameters are more than %d", out->parameters,
                         PARAMETERS_MAX);
    if (out->parameters > 0 && out->trained == 0)
        return nothing_to_train(recipe, out, e);
    if (out->parameters == 0)
        return error_set(e, ERROR_INPUT, "the model has nothing to train: add a dense or conv2d layer");
    return ends_in_classes(recipe, shape, classes, out, e);
}
