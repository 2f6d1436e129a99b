#include "nn/train/pretrained.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void pretrained_free(struct pretrained *p)
{
    plan_free(p->plan);
    free(p->parameters);
    free(p->statistics);
    p->plan = NULL;
    p->parameters = p->statistics = NULL;
}

/* A model's layers that have weights, one after another. */
struct walk {
    const struct recipe *recipe;
    const struct plan *plan;
    int layer; /* -1 before the first */
};

static bool is_kept(const struct plan_value *v)
{
    return (v->arena == ARENA_PARAMETERS || v->arena == ARENA_STATISTICS) && !v->whole;
}

/* The first kept value of a layer behind `after`; VALUE_NONE: there is none. */
static value next_of_layer(const struct plan *plan, int layer, value after)
{
    for (value v = after + 1; v < plan->n_values; v++)
        if (is_kept(&plan->values[v]) && plan->values[v].layer == layer)
            return v;
    return VALUE_NONE;
}

static bool next_layer(struct walk *w)
{
    while (++w->layer < w->recipe->n_layers)
        if (next_of_layer(w->plan, w->layer, VALUE_NONE) != VALUE_NONE)
            return true;
    return false;
}

static const char *kind(const struct walk *w)
{
    return w->recipe->layers[w->layer].class->name;
}

static int weighted_layers(const struct recipe *r, const struct plan *plan)
{
    struct walk w = { r, plan, -1 };
    int count = 0;

    while (next_layer(&w))
        count++;
    return count;
}

static void format_shape(const struct plan_value *v, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < v->rank; i++)
        text_append(out, size, "%s%d", i ? "x" : "", v->dims[i]);
}

static bool same_shape(const struct plan_value *a, const struct plan_value *b)
{
    return a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

static bool differs(const struct walk *mine, const struct pretrained *p, const char *how, struct error *e)
{
    char file[sizeof p->name];

    text_sanitise(file, sizeof file, p->name);
    return error_set(e, ERROR_INPUT, "layer %d (%s) cannot begin with the weights of %s: %s", mine->layer + 1,
                     kind(mine), file, how);
}

static bool compare_values(const struct pretrained *p, const struct walk *mine, const struct walk *other,
                           struct error *e)
{
    value a = VALUE_NONE, b = VALUE_NONE;
    char how[192], here[48], there[48];

    do {
        a = next_of_layer(mine->plan, mine->layer, a);
        b = next_of_layer(other->plan, other->layer, b);
        if (a == VALUE_NONE || b == VALUE_NONE)
            break;

        const struct plan_value *v = &mine->plan->values[a], *w = &other->plan->values[b];

        if (strcmp(v->name, w->name) == 0 && same_shape(v, w))
            continue;
        format_shape(v, here, sizeof here);
        format_shape(w, there, sizeof there);
        snprintf(how, sizeof how, "its %s is %s, that of layer %d there %s", v->name, here, other->layer + 1, there);
        return differs(mine, p, how, e);
    } while (true);
    if (a == b)
        return true;
    snprintf(how, sizeof how, "it has %s arrays than layer %d there", b == VALUE_NONE ? "more" : "fewer",
             other->layer + 1);
    return differs(mine, p, how, e);
}

static int outputs(const struct plan *plan, int layer)
{
    const struct plan_value *kernel = &plan->values[next_of_layer(plan, layer, VALUE_NONE)];

    return kernel->dims[kernel->rank - 1];
}

static bool is_last(struct walk w)
{
    return !next_layer(&w);
}

/* A last dense layer begins anew where that is wanted, or it has other outputs. */
static bool head_is_new(const struct walk *mine, const struct walk *other)
{
    const int wanted = mine->recipe->training.head;

    if (wanted == HEAD_KEPT || !is_last(*mine) || mine->recipe->layers[mine->layer].class != &layer_dense)
        return false;
    if (wanted == HEAD_NEW)
        return true;
    return other->layer < other->recipe->n_layers && other->recipe->layers[other->layer].class == &layer_dense &&
           is_last(*other) && outputs(mine->plan, mine->layer) != outputs(other->plan, other->layer);
}

static bool compare_layer(const struct pretrained *p, const struct walk *mine, const struct walk *other,
                          struct error *e)
{
    char how[160];

    if (mine->recipe->layers[mine->layer].class == other->recipe->layers[other->layer].class)
        return compare_values(p, mine, other, e);
    snprintf(how, sizeof how, "layer %d there is of another kind, %s", other->layer + 1, kind(other));
    return differs(mine, p, how, e);
}

bool pretrained_compare(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool *head_new,
                        struct error *e)
{
    const int here = weighted_layers(r, plan), there = weighted_layers(&p->recipe, p->plan);
    struct walk mine = { r, plan, -1 }, other = { &p->recipe, p->plan, -1 };
    char how[96];

    *head_new = false;
    while (next_layer(&mine)) {
        bool has_other = next_layer(&other);

        *head_new = head_is_new(&mine, &other);
        if (*head_new && (!has_other || is_last(other)))
            return true;
        if (!has_other || (here != there && is_last(mine))) {
            snprintf(how, sizeof how, "of the layers with weights there are %d there, and %d here", there, here);
            return differs(&mine, p, how, e);
        }
        if (!compare_layer(p, &mine, &other, e))
            return false;
    }
    return true;
}

/* Does a setting change what a layer computes, and leave its arrays as they are? An activation can as well be a layer
 * of its own, and momentum is for what it learns. */
static bool computes_otherwise(const struct field *f, const void *mine, const void *other)
{
    if (strcmp(f->name, "activation") == 0 || strcmp(f->name, "momentum") == 0)
        return false;
    if (f->kind != FIELD_REAL)
        return memcmp((const char *)mine + f->offset, (const char *)other + f->offset, f->size) != 0;

    const double a = *(const double *)((const char *)mine + f->offset),
                 b = *(const double *)((const char *)other + f->offset);

    return fabs(a - b) > 0.01 * fabs(a);
}

/* NULL: there is none. */
static const struct field *first_otherwise(const struct layer *mine, const struct layer *other)
{
    for (int i = 0; i < mine->class->fields.count; i++)
        if (computes_otherwise(&mine->class->fields.fields[i], mine->settings, other->settings))
            return &mine->class->fields.fields[i];
    return NULL;
}

bool pretrained_unlike(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool head_new,
                       char *out, size_t size)
{
    struct walk mine = { r, plan, -1 }, other = { &p->recipe, p->plan, -1 };
    char here[FIELD_TEXT_SIZE], there[FIELD_TEXT_SIZE];
    int more = -1;

    out[0] = '\0';
    while (next_layer(&mine) && next_layer(&other) && !(head_new && is_last(mine))) {
        const struct layer *a = &r->layers[mine.layer], *b = &p->recipe.layers[other.layer];
        const struct field *f = first_otherwise(a, b);

        if (f && more++ < 0) {
            field_format(f, a->settings, here, sizeof here);
            field_format(f, b->settings, there, sizeof there);
            text_append(out, size, "layer %d (%s) learned it with %s=%.12s, here it is %.12s", mine.layer + 1,
                        kind(&mine), f->name, there, here);
        }
    }
    if (more > 0)
        text_append(out, size, "; %d more are unlike, too", more);
    return more >= 0;
}

static const float *numbers(const struct plan_value *v, const float *parameters, const float *statistics)
{
    return (v->arena == ARENA_PARAMETERS ? parameters : statistics) + v->offset / sizeof(float);
}

static void copy_layer(const struct pretrained *p, const struct plan *plan, int layer, int other, float *parameters,
                       float *statistics)
{
    value a = VALUE_NONE, b = VALUE_NONE;

    while ((a = next_of_layer(plan, layer, a)) != VALUE_NONE &&
           (b = next_of_layer(p->plan, other, b)) != VALUE_NONE) {
        const struct plan_value *v = &plan->values[a];
        float *to = (v->arena == ARENA_PARAMETERS ? parameters : statistics) + v->offset / sizeof *to;

        memcpy(to, numbers(&p->plan->values[b], p->parameters, p->statistics), v->bytes);
    }
}

void pretrained_apply(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool head_new,
                      float *parameters, float *statistics)
{
    const struct plan_value *to = plan_place(plan, plan->normalisation),
                            *from = plan_place(p->plan, p->plan->normalisation);
    struct walk mine = { r, plan, -1 }, other = { &p->recipe, p->plan, -1 };

    while (next_layer(&mine) && next_layer(&other) && !(head_new && is_last(mine)))
        copy_layer(p, plan, mine.layer, other.layer, parameters, statistics);
    if (to->bytes == from->bytes)
        memcpy(statistics + to->offset / sizeof *statistics, p->statistics + from->offset / sizeof *statistics,
               to->bytes);
}
