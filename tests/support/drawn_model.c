#include "tests/support/drawn_model.h"

#include <stdlib.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/h5/model_file.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

const char drawn_model_everything[] = "[layers]\n"
                                      "conv2d = filters=4 kernel=3 padding=same stride=2 bias=no\n"
                                      "batch_norm =\n"
                                      "activation = function=leaky_relu slope=0.1\n"
                                      "conv2d = filters=6 kernel=2 padding=valid activation=relu\n"
                                      "avgpool2d =\n"
                                      "dropout = rate=0.25\n"
                                      "flatten =\n"
                                      "dense = units=7 activation=tanh\n"
                                      "dense = units=3\n";

const char drawn_model_branched[] = "[layers]\n"
                                    "conv2d = filters=4 kernel=3\n"
                                    "residual = filters=4\n"
                                    "residual = filters=8 stride=2\n"
                                    "upsample2d = size=3\n"
                                    "global_avgpool =\n"
                                    "dense = units=3\n";

static const char (*const class_names)[CLASS_NAME_SIZE] = (const char[][CLASS_NAME_SIZE]){ "cat", "dög", "" };

static float *numbers(const struct plan *plan, enum arena arena)
{
    float *to = calloc(1, plan->arena_bytes[arena] + 1);

    assert_non_null(to);
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];

        if (p->arena == arena && !p->whole && p->alias == VALUE_NONE)
            for (size_t i = 0; i < plan_value_count(p); i++)
                to[p->offset / sizeof *to + i] = 0.5f + (float)v + (float)i * 0x1p-12f;
    }
    return to;
}

void drawn_model_make(struct drawn_model *m, const char *layers, struct shape input, bool training)
{
    struct error e = { 0 };

    recipe_preset(&m->recipe);
    if (!recipe_parse(&m->recipe, layers, "test", &e))
        fail_msg("%s", e.text);
    strcpy(m->recipe.name, "try it");
    m->recipe.training.batch = 2;
    m->plan = compile_recipe(&m->recipe, input, 3, training, &e);
    if (!m->plan)
        fail_msg("%s", e.text);
    m->parameters = numbers(m->plan, ARENA_PARAMETERS);
    m->statistics = numbers(m->plan, ARENA_STATISTICS);
    m->weights = (struct trainer_weights){ .plan = m->plan,
                                           .parameters = m->parameters,
                                           .statistics = m->statistics,
                                           .input = input,
                                           .classes = 3,
                                           .dataset = "pets",
                                           .class_names = class_names };
}

void drawn_model_free(struct drawn_model *m)
{
    plan_free(m->plan);
    free(m->parameters);
    free(m->statistics);
}

void drawn_model_write(const struct drawn_model *m, const char *path)
{
    struct error e = { 0 };

    if (!model_file_write(path, &m->recipe, &m->weights, NULL, &e))
        fail_msg("%s", e.text);
}

void drawn_model_comes_back(const char *folder, const char *layers, struct shape input)
{
    const char *path = folder_path(folder, "model.h5");
    struct drawn_model m, back;
    struct error e = { 0 };

    drawn_model_make(&m, layers, input, true);
    drawn_model_make(&back, layers, input, false);
    drawn_model_write(&m, path);
    memset(back.parameters, 0xFF, back.plan->arena_bytes[ARENA_PARAMETERS]);
    memset(back.statistics, 0xFF, back.plan->arena_bytes[ARENA_STATISTICS]);
    if (!h5_weights_read(path, &back.recipe, back.plan, back.parameters, back.statistics, &e))
        fail_msg("%s", e.text);
    assert_int_equal(m.plan->arena_bytes[ARENA_PARAMETERS], back.plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m.parameters, back.parameters, m.plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m.statistics, back.statistics, m.plan->arena_bytes[ARENA_STATISTICS]);
    assert_int_equal(folder_entries(folder), 1);
    drawn_model_free(&m);
    drawn_model_free(&back);
}
