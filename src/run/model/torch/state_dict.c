#include "run/model/torch/state_dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/model/keras/keras_model.h"

static const struct {
    const char *keras, *torch;
} words[] = {
    { "kernel", "weight" },
    { "depthwise_kernel", "weight" },
    { "bias", "bias" },
    { "gamma", "weight" },
    { "beta", "bias" },
    { "moving_mean", "running_mean" },
    { "moving_variance", "running_var" },
};

static const char *torch_word(const struct keras_layer *l, const char *keras)
{
    if (l->kind == KERAS_SEPARABLE_CONV2D) /* two modules */
        return strcmp(keras, "depthwise_kernel") == 0   ? "depthwise.weight"
               : strcmp(keras, "pointwise_kernel") == 0 ? "pointwise.weight"
                                                        : "pointwise.bias";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].keras, keras) == 0)
            return words[i].torch;
    return keras;
}

/* (height, width, in, out) become (out, in, height, width), and (in, out) (out, in). Of a depthwise kernel (height,
 * width, channels, 1) becomes (channels, 1, height, width): there the channels are what comes out. */
static void lay_out(struct state_array *a, const char *name, const int *whole)
{
    int dims[4];

    memcpy(dims, whole, sizeof dims);
    if (strcmp(name, "depthwise_kernel") == 0) {
        dims[2] = whole[3];
        dims[3] = whole[2];
    }
    for (int i = 0; i < a->rank; i++)
        a->dims[i] = a->rank < 2 ? dims[i] : i < 2 ? dims[a->rank - 1 - i] : dims[i - 2];
}

static void describe(struct state_array *a, const struct keras_layer *l, const struct keras_weight *w)
{
    *a = (struct state_array){ .rank = w->rank, .arena = w->arena, .first = w->first, .count = w->count };
    snprintf(a->name, sizeof a->name, "%s.%s", l->name, torch_word(l, w->name));
    lay_out(a, w->name, w->dims);
}

static void describe_all(struct state_dict *d, const struct keras_model *m)
{
    int module = 0;

    for (int i = 0; i < m->n_layers; i++) {
        const struct keras_layer *l = &m->layers[i];

        for (int k = 0; k < l->n_weights; k++) {
            struct state_array *a = &d->arrays[d->n++];

            describe(a, l, &l->weights[k]);
            a->layer = l->op->layer;
            a->module = module;
        }
        module += l->n_weights > 0;
    }
}

bool state_dict_make(const struct recipe *r, const struct plan *plan, struct state_dict *out, struct error *e)
{
    struct keras_model *m = keras_model_new(r, plan, e);

    *out = (struct state_dict){ .n = 0 };
    out->arrays = m ? memory_new((size_t)m->n_layers * KERAS_WEIGHTS, sizeof *out->arrays, e) : NULL;
    if (out->arrays)
        describe_all(out, m);
    keras_model_free(m);
    return out->arrays;
}

void state_dict_free(struct state_dict *d)
{
    free(d->arrays);
    d->arrays = NULL;
    d->n = 0;
}

struct sides {
    size_t out, in, pixels;
};

/* In a plan a kernel is [pixels][in][out], in PyTorch [out][in][pixels]; a vector is one side. Weights of a flattened
 * image are a kernel as large as that. */
static struct sides sides_of(const struct state_array *a)
{
    if (a->rank < 2)
        return (struct sides){ 1, 1, a->count };
    size_t out = (size_t)a->dims[0], in = (size_t)(a->pixels > 0 ? a->dims[1] / a->pixels : a->dims[1]);

    return (struct sides){ out, in, out * in > 0 ? a->count / (out * in) : 0 };
}

void state_array_turn_out(const struct state_array *a, const float *plan, float *torch)
{
    const struct sides s = sides_of(a);

    for (size_t o = 0; o < s.out; o++)
        for (size_t i = 0; i < s.in; i++)
            for (size_t p = 0; p < s.pixels; p++)
                *torch++ = plan[(p * s.in + i) * s.out + o];
}

void state_array_turn_in(const struct state_array *a, const float *torch, float *plan)
{
    const struct sides s = sides_of(a);

    for (size_t o = 0; o < s.out; o++)
        for (size_t i = 0; i < s.in; i++)
            for (size_t p = 0; p < s.pixels; p++)
                plan[(p * s.in + i) * s.out + o] = *torch++;
}
