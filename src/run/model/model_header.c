#include "run/model/model_header.h"

#include "base/limits.h"
#include "nn/recipe/model.h"

/* The last layer gives a value a class, whatever the data set was. */
static int count_classes(const struct recipe *recipe, struct shape input)
{
    struct model model = { .n_layers = 0 };
    struct error ignored;

    if (recipe->n_layers == 0)
        return 0;
    model_infer(recipe, input, 1, &model, &ignored);
    return (int)size_min(shape_size(model.layers[recipe->n_layers - 1].out), CLASSES_MAX + 1);
}

static bool is_side(int side, int most)
{
    return side >= 1 && side <= most;
}

bool model_header_complete(struct model_header *h, const char *path, struct error *e)
{
    const struct shape s = h->input;

    if (!is_side(s.height, SIDE_MAX) || !is_side(s.width, SIDE_MAX) || !is_side(s.channels, CHANNELS_MAX))
        return error_set(e, ERROR_INPUT, "%s is damaged: it takes images of %dx%dx%d", path, s.height, s.width,
                         s.channels);
    if (!h->named)
        h->classes = count_classes(&h->recipe, s);
    return is_side(h->classes, CLASSES_MAX) ||
           error_set(e, ERROR_INPUT, "%s is damaged: its recipe gives no classes", path);
}
