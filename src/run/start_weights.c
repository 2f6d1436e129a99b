#include "run/start_weights.h"

#include "base/text.h"
#include "run/named_model.h"
#include "run/run_paths.h"

/* The model's arrays change hands. */
static void take(struct stored_model *m, struct pretrained *out)
{
    out->recipe = m->header.recipe;
    out->plan = m->plan;
    out->parameters = m->parameters;
    out->statistics = m->statistics;
    m->plan = NULL;
    m->parameters = m->statistics = NULL;
    stored_model_free(m);
}

bool start_weights_read(const struct recipe *recipe, struct pretrained *out, struct error *e)
{
    char from[PATH_SIZE], file[PATH_SIZE];
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model model;

    *out = (struct pretrained){ .plan = NULL };
    if (recipe->training.weights[0] == '\0')
        return true;
    if (!run_paths_weights(recipe->training.weights, from, e))
        return false;
    if (!named_model_read(from, false, &nothing, file, &model, e))
        return error_context(e, "training.weights");
    text_copy(out->name, sizeof out->name, path_name(from));
    take(&model, out);
    return true;
}
