#include "run/model/stored_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/compile.h"

bool stored_model_plan(struct stored_model *m, struct error *e)
{
    /* One to train with has the dropout, too, which other formats want to know of. */
    if (!m->plan)
        m->plan = compile_recipe(&m->header.recipe, m->header.input, m->header.classes, true, e);
    return m->plan;
}

bool stored_model_prepare(struct stored_model *m, struct error *e)
{
    m->parameters = stored_model_plan(m, e) ? memory_new_aligned(1, m->plan->arena_bytes[ARENA_PARAMETERS], e) : NULL;
    m->statistics = m->parameters ? memory_new_aligned(1, m->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    return m->statistics;
}

void stored_model_free(struct stored_model *m)
{
    plan_free(m->plan);
    free(m->parameters);
    free(m->statistics);
    m->plan = NULL;
    m->parameters = m->statistics = NULL;
}

static size_t count_not_finite(const float *numbers, size_t bytes)
{
    size_t found = 0;

    for (size_t i = 0; i < bytes / sizeof *numbers; i++)
        found += !isfinite(numbers[i]);
    return found;
}

size_t stored_model_not_finite(const struct stored_model *m)
{
    return count_not_finite(m->parameters, m->plan->arena_bytes[ARENA_PARAMETERS]) +
           count_not_finite(m->statistics, m->plan->arena_bytes[ARENA_STATISTICS]);
}

void model_moment_words(const struct model_moment *m, char *out, size_t size)
{
    out[0] = '\0';
    if (m->unended && m->epoch > 0)
        snprintf(out, size, "the run has not ended: the weights of epoch %d are used, its best when they were written",
                 m->epoch);
    else if (m->unended && m->steps > 0)
        snprintf(out, size, "the run has not ended, nor its first epoch: the weights after %llu step%s are used",
                 (unsigned long long)m->steps, m->steps == 1 ? "" : "s");
    else if (m->unended)
        snprintf(out, size, "the run has not ended: the weights of an epoch are used, its best when they were written");
}

struct trainer_weights stored_model_weights(const struct stored_model *m)
{
    struct trainer_weights w = { .plan = m->plan,
                                 .parameters = m->parameters,
                                 .statistics = m->statistics,
                                 .input = m->header.input,
                                 .classes = m->header.classes,
                                 .class_names = m->header.named ? m->header.class_names : NULL };

    text_copy(w.dataset, sizeof w.dataset, m->dataset);
    return w;
}
