#include "nn/recipe/recipe_rate.h"

#include <math.h>

#include "base/text.h"

double recipe_rate_batches(const struct recipe *r)
{
    const struct recipe_training *t = &r->training;

    return t->base_batch > 0 ? (double)t->batch / t->base_batch : 1;
}

double recipe_rate_factor(const struct recipe *r)
{
    switch (r->training.scale) {
    case SCALE_LINEAR: return recipe_rate_batches(r);
    case SCALE_SQRT: return sqrt(recipe_rate_batches(r));
    default: return 1;
    }
}

double recipe_rate_peak(const struct recipe *r)
{
    return r->optimiser.learning_rate * recipe_rate_factor(r);
}

double recipe_rate(const struct recipe *r, double position)
{
    return recipe_rate_peak(r) * schedule_fraction(&r->schedule, r->training.epochs, position);
}

static bool is_scaled(const struct recipe *r)
{
    return r->training.scale != SCALE_NONE && r->training.base_batch > 0 && r->training.base_batch != r->training.batch;
}

void recipe_rate_words(const struct recipe *r, char *out, size_t size)
{
    const struct recipe_training *t = &r->training;

    out[0] = '\0';
    if (is_scaled(r))
        text_append(out, size, "learning rate %.4g: %g times %.4g, %s from a batch of %d to %d", recipe_rate_peak(r),
                    r->optimiser.learning_rate, recipe_rate_factor(r), scale_names[t->scale], t->base_batch, t->batch);
}
