#include "tests/support/toy_model.h"

#include "nn/recipe/recipe_file.h"
#include "run/model/model_format.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

enum { CLASSES = 3 };

static const struct model_wish nothing;

void toy_model_make(struct stored_model *m, const char *layers, struct shape input, bool named)
{
    static const char *const names[CLASSES] = { "cat", "dög", "a \"quoted\" one" };
    struct error e = { 0 };

    *m = (struct stored_model){ .dataset = "pets", .header = { .input = input, .named = named } };
    recipe_preset(&m->header.recipe);
    assert_good(recipe_parse(&m->header.recipe, layers, "test.ini", &e), e);
    for (int i = 0; named && i < CLASSES; i++)
        strcpy(m->header.class_names[i], names[i]);
    m->header.classes = CLASSES;
    assert_good(stored_model_prepare(m, &e), e);
    for (value v = 0; v < m->plan->n_values; v++) {
        const struct plan_value *p = &m->plan->values[v];
        float *arena = p->arena == ARENA_PARAMETERS ? m->parameters : m->statistics;

        if ((p->arena == ARENA_PARAMETERS || p->arena == ARENA_STATISTICS) && !p->whole && p->alias == VALUE_NONE)
            for (size_t i = 0; i < plan_value_count(p); i++)
                arena[p->offset / sizeof *arena + i] = 0.1f + (float)v + (float)i * 0x1p-12f;
    }
}

const char *toy_model_write(const char *folder, const char *name, const struct stored_model *m)
{
    const char *path = folder_path(folder, name);
    struct error e = { 0 };

    assert_good(model_format_write(path, m, &e), e);
    return path;
}

static void expect_same(const struct stored_model *m, const struct stored_model *back)
{
    assert_memory_equal(m->parameters, back->parameters, m->plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m->statistics, back->statistics, m->plan->arena_bytes[ARENA_STATISTICS]);
    assert_true(shape_equal(back->header.input, m->header.input));
    assert_int_equal(back->header.classes, CLASSES);
    assert_int_equal(back->header.named, m->header.named);
    for (int i = 0; m->header.named && i < CLASSES; i++)
        assert_string_equal(back->header.class_names[i], m->header.class_names[i]);
    assert_int_equal(back->header.recipe.n_layers, m->header.recipe.n_layers);
    assert_string_equal(back->dataset, "pets");
    assert_string_equal(back->header.recipe.name, "test");
}

void toy_model_comes_back(const char *folder, const char *name, const char *layers, struct shape input)
{
    for (int named = 1; named >= 0; named--) {
        struct stored_model m, back;
        struct error e = { 0 };

        toy_model_make(&m, layers, input, named);
        assert_good(model_format_read(toy_model_write(folder, name, &m), &nothing, &back, &e), e);
        expect_same(&m, &back);
        stored_model_free(&m);
        stored_model_free(&back);
    }
}

void toy_model_refused(const char *path, const char *words)
{
    struct stored_model m;
    struct error e = { 0 };

    assert_bad(model_format_read(path, &nothing, &m, &e), e, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}
