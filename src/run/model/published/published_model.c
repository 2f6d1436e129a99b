#include "run/model/published/published_model.h"

#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "nn/recipe/model.h"

enum { IMAGENET_CLASSES = 1000 };

/* The preset's size, or the user's. */
static struct shape choose_input(const struct recipe *r, const struct model_wish *wish)
{
    return wish->input.rank > 0 ? wish->input : shape_image(r->data.size, r->data.size, 3);
}

/* A thousand classes are ImageNet's. */
static void name_classes(struct model_header *h)
{
    const struct asset *asset = asset_find("imagenet-classes.txt");
    const char *line = (const char *)asset->bytes, *end = line + asset->size;

    if (h->classes != IMAGENET_CLASSES)
        return;
    for (int i = 0; i < IMAGENET_CLASSES && line < end; i++) {
        size_t length = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) - line);

        snprintf(h->class_names[i], sizeof h->class_names[i], "%.*s", (int)length, line);
        line += length + 1;
    }
    h->named = true;
}

bool published_model_header(const struct published_network *p, int classes, const struct model_wish *wish,
                            struct stored_model *out, struct error *e)
{
    struct model_header *h = &out->header;

    if (!published_network_recipe(p, &h->recipe, e))
        return false;
    if (wish->pixels)
        h->recipe.data.pixels = (int)wish->pixels;
    h->input = choose_input(&h->recipe, wish);
    if (h->input.height == h->input.width)
        h->recipe.data.size = h->input.height;
    if (classes > 0)
        model_fit_classes(&h->recipe, h->input, classes);
    out->network = p->name;
    out->assumed.network = p->doubt;
    if (!model_header_complete(h, p->name, e))
        return false;
    name_classes(h);
    return true;
}

void published_model_normalise(struct stored_model *m)
{
    const struct plan *plan = m->plan;
    const struct plan_value *place = plan_place(plan, plan->normalisation);
    const enum pixels range = (enum pixels)m->header.recipe.data.pixels;
    float *mean = m->statistics + place->offset / sizeof *mean;
    int channels = place->dims[1];

    for (int c = 0; c < channels; c++) {
        const struct pixels_line line = pixels_line(range, c);

        mean[c] = (float)(-line.offset / (255 * line.scale));
        mean[channels + c] = (float)(255 * line.scale);
    }
}

static const struct plan_value *first_kernel(const struct plan *plan)
{
    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == ARENA_PARAMETERS && plan->values[v].rank == 4)
            return &plan->values[v];
    return NULL;
}

void published_model_turn_colours(struct stored_model *m)
{
    const struct plan_value *kernel = first_kernel(m->plan);
    float *at = kernel ? m->parameters + kernel->offset / sizeof *at : NULL;
    int taps = kernel ? kernel->dims[0] * kernel->dims[1] : 0, out = kernel ? kernel->dims[3] : 0;

    for (int tap = 0; tap < taps; tap++, at += 3 * out)
        for (int o = 0; o < out; o++) {
            float blue = at[o];

            at[o] = at[2 * out + o];
            at[2 * out + o] = blue;
        }
}
