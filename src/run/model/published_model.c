#include "run/model/published_model.h"

#include "nn/recipe/model.h"

/* The preset's size, or the user's. */
static struct shape choose_input(const struct recipe *r, const struct model_wish *wish)
{
    return wish->input.rank > 0 ? wish->input : shape_image(r->data.size, r->data.size, 3);
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
    return model_header_complete(h, p->name, e);
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
