/* Which layers begin with another model's numbers, and what is said where none can. */
#include "tests/support/check.h"

#include <stdio.h>

#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/pretrained.h"

static const char layers[] = "conv2d = filters=4 activation=relu\nbatch_norm =\nresidual = filters=4\nflatten =\n";

/* A recipe and the weights that its seed draws; moving means that no seed draws. */
struct drawn {
    struct recipe recipe;
    struct plan *plan;
    float *parameters, *statistics;
};

static struct drawn draw(const char *stack, const char *settings, const char *end, int classes)
{
    struct drawn d;
    struct error e = { 0 };
    char text[512];

    snprintf(text, sizeof text, "[training]\n%s\n[layers]\n%s%s", settings, stack, end);
    assert_good(recipe_parse(&d.recipe, text, "test.ini", &e), e);
    d.plan = compile_recipe(&d.recipe, shape_image(6, 6, 2), classes, true, &e);
    assert_good(d.plan != NULL, e);
    d.parameters = calloc(1, d.plan->arena_bytes[ARENA_PARAMETERS]);
    d.statistics = calloc(1, d.plan->arena_bytes[ARENA_STATISTICS]);
    plan_initialise(d.plan, (uint64_t)d.recipe.training.seed, d.parameters, d.statistics);
    return d;
}

static void discard(struct drawn *d)
{
    plan_free(d->plan);
    free(d->parameters);
    free(d->statistics);
}

static struct drawn draw_other(const char *stack, const char *end, int classes)
{
    struct drawn d = draw(stack, "seed = 2", end, classes);

    for (size_t i = 0; i < d.plan->arena_bytes[ARENA_STATISTICS] / sizeof(float); i++)
        d.statistics[i] = 3 + (float)i;
    return d;
}

static struct pretrained of(const struct drawn *d)
{
    return (struct pretrained){ .recipe = d->recipe,
                                .plan = d->plan,
                                .parameters = d->parameters,
                                .statistics = d->statistics,
                                .name = "other.h5" };
}

/* Of a layer's kept values: how many numbers are the other model's, and how many are there. */
static size_t same_numbers(const struct drawn *a, const struct drawn *b, int layer, size_t *all)
{
    size_t same = 0;

    *all = 0;
    for (value v = 0; v < a->plan->n_values; v++) {
        const struct plan_value *p = &a->plan->values[v];
        const bool trained = p->arena == ARENA_PARAMETERS;

        if (p->layer != layer || p->whole || !(trained || p->arena == ARENA_STATISTICS))
            continue;
        for (size_t i = 0; i < plan_value_count(p); i++, ++*all)
            same += (trained ? a->parameters : a->statistics)[p->offset / sizeof(float) + i] ==
                    (trained ? b->parameters : b->statistics)[p->offset / sizeof(float) + i];
    }
    return same;
}

static void assert_taken(const struct drawn *mine, const struct drawn *other, int layer)
{
    size_t all, same = same_numbers(mine, other, layer, &all);

    assert_int_equal(same, all);
}

static bool begin(struct drawn *mine, const struct drawn *other, struct error *e)
{
    const struct pretrained p = of(other);
    bool head_new;

    if (!pretrained_compare(&p, &mine->recipe, mine->plan, &head_new, e))
        return false;
    pretrained_apply(&p, &mine->recipe, mine->plan, head_new, mine->parameters, mine->statistics);
    mine->recipe.training.head = head_new ? HEAD_NEW : HEAD_KEPT;
    return true;
}

static void the_same_network_begins_with_all_of_it(void **state)
{
    struct drawn mine = draw(layers, "seed = 1", "dense = units=3\n", 3);
    struct drawn other = draw_other(layers, "dense = units=3\n", 3);
    struct error e;
    (void)state;

    assert_good(begin(&mine, &other, &e), e);
    for (int layer = -1; layer < 5; layer++) /* -1: how images are normalised */
        assert_taken(&mine, &other, layer);
    assert_int_equal(mine.recipe.training.head, HEAD_KEPT);
    discard(&mine);
    discard(&other);
}

static void the_last_layer_is_new_for_other_classes_or_where_that_is_wanted(void **state)
{
    static const struct {
        const char *wanted;
        int classes;
    } cases[] = { { "head = auto", 5 }, { "head = new", 3 }, { "head = new", 5 } };
    struct error e;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char end[32];

        snprintf(end, sizeof end, "dense = units=%d\n", cases[i].classes);
        struct drawn mine = draw(layers, cases[i].wanted, end, cases[i].classes);
        struct drawn fresh = draw(layers, cases[i].wanted, end, cases[i].classes);
        struct drawn other = draw_other(layers, "dense = units=3\n", 3);

        assert_good(begin(&mine, &other, &e), e);
        for (int layer = 0; layer < 4; layer++)
            assert_taken(&mine, &other, layer);
        assert_taken(&mine, &fresh, 4);
        assert_int_equal(mine.recipe.training.head, HEAD_NEW);
        discard(&mine);
        discard(&fresh);
        discard(&other);
    }
}

/* Those without weights are nobody's business. */
static void other_layers_between_do_not_matter(void **state)
{
    struct drawn mine = draw("conv2d = filters=4 activation=relu\nmaxpool2d =\nflatten =\ndropout =\n", "seed = 1",
                             "dense = units=3\n", 3);
    struct drawn other = draw_other("conv2d = filters=4\nactivation = function=relu\nmaxpool2d =\nflatten =\n",
                                    "dense = units=3\n", 3);
    struct error e;
    (void)state;

    assert_good(begin(&mine, &other, &e), e);
    assert_memory_equal(mine.parameters, other.parameters, mine.plan->arena_bytes[ARENA_PARAMETERS]);
    discard(&mine);
    discard(&other);
}

/* Shapes say nothing of strides, padding and the like; what was learned with others is worth less, or nothing. */
static void layers_that_compute_otherwise_are_named(void **state)
{
    static const char theirs[] = "conv2d = filters=4\nbatch_norm = epsilon=1e-5\n"
                                 "bottleneck = filters=2 stride=2 stride_first=yes epsilon=1.001e-5\nflatten =\n";
    static const struct {
        const char *stack, *settings, *says;
    } cases[] = {
        { "conv2d = filters=4 activation=relu\nbatch_norm = epsilon=1e-5 momentum=0.9\n"
          "bottleneck = filters=2 stride=2 stride_first=yes epsilon=1e-5\nflatten =\n", "seed = 1", "" },
        { "conv2d = filters=4\nbatch_norm = epsilon=1e-5\nbottleneck = filters=2 stride=2 epsilon=1e-5\nflatten =\n",
          "seed = 1", "layer 3 (bottleneck) learned it with stride_first=yes, here it is no" },
        { "conv2d = filters=4\nbatch_norm =\nbottleneck = filters=2 stride=2 epsilon=1e-5\nflatten =\n", "head = new",
          "layer 2 (batch_norm) learned it with epsilon=1e-05, here it is 0.001; 1 more are unlike, too" },
    };
    struct drawn other = draw_other(theirs, "dense = units=3\n", 3);
    const struct pretrained p = of(&other);
    struct error e;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drawn mine = draw(cases[i].stack, cases[i].settings, "dense = units=3\n", 3);
        char words[160];

        assert_good(begin(&mine, &other, &e), e);
        assert_int_equal(pretrained_unlike(&p, &mine.recipe, mine.plan, mine.recipe.training.head == HEAD_NEW, words,
                                           sizeof words), cases[i].says[0] != '\0');
        assert_string_equal(words, cases[i].says);
        discard(&mine);
    }
    discard(&other);
}

static void what_disagrees_is_named(void **state)
{
    static const struct {
        const char *stack, *settings, *end;
        int classes;
        const char *says;
    } cases[] = {
        { "conv2d = filters=5 activation=relu\nbatch_norm =\nresidual = filters=4\nflatten =\n", "seed = 1",
          "dense = units=3\n", 3, "layer 1 (conv2d) cannot begin with the weights of other.h5: its kernel is 3x3x2x5, "
                                  "that of layer 1 there 3x3x2x4" },
        { "conv2d = filters=4 activation=relu\nresidual = filters=4\nflatten =\n", "seed = 1", "dense = units=3\n", 3,
          "layer 2 (residual) cannot begin with the weights of other.h5: layer 2 there is of another kind, batch" },
        { layers, "head = kept", "dense = units=5\n", 5, "layer 5 (dense)" },
        { "conv2d = filters=4 activation=relu\nbatch_norm =\nflatten =\n", "head = new", "dense = units=3\n", 3,
          "of the layers with weights there are 4 there, and 3 here" },
        { "conv2d = filters=4 activation=relu\nbatch_norm =\nresidual = filters=4\nflatten =\ndense = units=4\n",
          "seed = 1", "dense = units=3\n", 3, "layer 5 (dense)" },
    };
    struct drawn other = draw_other(layers, "dense = units=3\n", 3);
    struct error e;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drawn mine = draw(cases[i].stack, cases[i].settings, cases[i].end, cases[i].classes);

        assert_bad(begin(&mine, &other, &e), e, cases[i].says);
        discard(&mine);
    }
    discard(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_network_begins_with_all_of_it),
        cmocka_unit_test(the_last_layer_is_new_for_other_classes_or_where_that_is_wanted),
        cmocka_unit_test(other_layers_between_do_not_matter),
        cmocka_unit_test(layers_that_compute_otherwise_are_named),
        cmocka_unit_test(what_disagrees_is_named),
    };

    return cmocka_run_group_tests_name("pretrained", tests, NULL, NULL);
}
