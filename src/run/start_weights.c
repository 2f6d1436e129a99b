#include "run/start_weights.h"

#include "base/text.h"
#include "nn/train/executor.h"
#include "nn/train/recipe_images.h"
#include "run/named_model.h"
#include "run/run_paths.h"

/* The model's arrays change hands. */
static void take(struct stored_model *m, struct pretrained *out)
{
    out->recipe = m->header.recipe;
    out->plan = m->plan;
    out->parameters = m->parameters;
    out->statistics = m->statistics;
    out->doubt = m->assumed.network;
    m->plan = NULL;
    m->parameters = m->statistics = NULL;
    stored_model_free(m);
}

/* Nothing can be learned from there: the first step spreads what is no number over all weights. */
static bool is_sound(const struct stored_model *m, const char *name, struct error *e)
{
    const size_t odd = stored_model_not_finite(m);

    return odd == 0 || error_set(e, ERROR_INPUT, "training.weights: %zu of the weights of %.200s are not finite: its "
                                                 "training has diverged, or it is damaged", odd, name);
}

/* What the file does not say the recipe may; then nothing is measured. True where neither does. */
static bool say_pixels(const struct recipe *recipe, struct stored_model *m)
{
    struct statistics said;
    struct error ignored;

    if (!m->assumed.pixels || recipe->data.pixels == PIXELS_UNSAID)
        return m->assumed.pixels;
    if (recipe_images_measure(recipe, NULL, &said, NULL, NULL, &ignored))
        executor_normalise(m->plan, &said, m->statistics);
    return false;
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
    if (is_sound(&model, out->name, e)) {
        out->pixels_assumed = say_pixels(recipe, &model);
        take(&model, out);
        return true;
    }
    stored_model_free(&model);
    return false;
}
