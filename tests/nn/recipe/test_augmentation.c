/* What a recipe says of augmentation, in plans and steps. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

static struct recipe recipe;

static void set(const char *data)
{
    struct error e = { 0 };
    char text[300];

    snprintf(text, sizeof text, "[data]\n%s[training]\nbatch = 8\n[layers]\nflatten =\ndense = units=3\n", data);
    assert_good(recipe_parse(&recipe, text, "test", &e), e);
}

static struct plan *plan_of(bool training)
{
    struct error e = { 0 };
    struct plan *plan = compile_recipe(&recipe, shape_image(12, 10, 3), 3, training, &e);

    assert_good(plan, e);
    return plan;
}

static void expect_kinds(const struct plan *plan, enum span span, const enum op_kind *kinds, int count)
{
    int first = plan->spans[span].first;

    for (int i = 0; i < count; i++)
        assert_int_equal(plan->ops[first + i].kind, kinds[i]);
}

static void test_only_what_is_asked_for_is_done_and_in_training_alone(void **state)
{
    static const struct {
        const char *data;
        enum op_kind kinds[4];
        int count;
    } cases[] = {
        { "", { OP_GATHER, OP_DENSE }, 2 },
        { "flip = yes\nshift = 2\nrotation = 5\n", { OP_GATHER, OP_DENSE }, 2 },
        { "cutout = 3\n", { OP_GATHER, OP_RETOUCH, OP_DENSE }, 3 },
        { "brightness = 0.1\nflip = alternating\n", { OP_GATHER, OP_RETOUCH, OP_DENSE }, 3 },
        { "mixup = 0.2\n", { OP_GATHER, OP_MIX, OP_DENSE }, 3 },
        { "saturation = 1\ncutmix = 1\n", { OP_GATHER, OP_RETOUCH, OP_MIX, OP_DENSE }, 4 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set(cases[i].data);

        struct plan *plan = plan_of(true);

        expect_kinds(plan, SPAN_FORWARD, cases[i].kinds, cases[i].count);
        expect_kinds(plan, SPAN_EVALUATE, cases[0].kinds, cases[0].count);
        assert_false(plan->ops[plan->spans[SPAN_EVALUATE].first].gather.augment);
        plan_free(plan);
    }
}

/* Changed colours take the place of the image, so that they need no memory; mixing needs a second one. */
static void test_the_memory_of_a_plan_tells_of_mixing(void **state)
{
    const size_t images = 8 * 12 * 10 * 3 * sizeof(float);
    size_t plain, retouched, mixed;
    struct plan *plan;
    (void)state;

    set("");
    plan = plan_of(true);
    plain = plan->arena_bytes[ARENA_ACTIVATIONS];
    plan_free(plan);
    set("contrast = 0.5\ncutout = 2\n");
    plan = plan_of(true);
    retouched = plan->arena_bytes[ARENA_ACTIVATIONS];
    plan_free(plan);
    set("mixup = 1\n");
    plan = plan_of(true);
    mixed = plan->arena_bytes[ARENA_ACTIVATIONS];
    plan_free(plan);
    assert_int_equal(retouched, plain);
    assert_in_range(mixed, plain + images / 2, plain + images);
}

/* The statistics of the layers are where they are without weights: models are written and read by them. */
static void test_class_weights_move_nothing(void **state)
{
    struct plan *without, *with;
    (void)state;

    set("");
    without = plan_of(true);
    set("balance = weights\n");
    with = plan_of(true);
    assert_int_equal(without->class_weights, VALUE_NONE);
    assert_int_not_equal(with->class_weights, VALUE_NONE);
    assert_int_equal(with->values[with->class_weights].offset, without->arena_bytes[ARENA_STATISTICS]);
    for (int i = with->spans[SPAN_EVALUATE].first; i < with->spans[SPAN_EVALUATE].end; i++)
        for (int k = 0; k < OP_INPUTS; k++)
            assert_int_not_equal(with->ops[i].in[k], with->class_weights);
    plan_free(without);
    plan_free(with);
}

static const struct shape image = { 3, 12, 10, 3 };

static void test_nothing_is_mixed_unless_it_is_asked_for(void **state)
{
    const struct step_mix none = { 0 };
    struct step_mix mix;
    (void)state;

    set("flip = yes\nshift = 2\n");
    mix = augmentation_mix(&recipe.data, image, 1, 1);
    assert_memory_equal(&mix, &none, sizeof mix);
}

static void test_mixup_is_of_the_whole_image(void **state)
{
    double sum = 0;
    (void)state;

    set("mixup = 1\n");
    for (uint64_t step = 1; step <= 4000; step++) {
        struct step_mix m = augmentation_mix(&recipe.data, image, 1, step);

        assert_true(m.top == 0 && m.left == 0 && m.bottom == 12 && m.right == 10);
        assert_true(m.blend == m.share);
        sum += (double)m.share;
    }
    assert_true(fabs(sum / 4000 - 0.5) < 5 * sqrt(1.0 / 12 / 4000));
}

/* The share is what the box covers: uniform for the areas that are asked for, less where an edge cuts a box off. */
static void test_cutmix_shares_what_its_box_covers(void **state)
{
    int covered[12][10] = { { 0 } };
    double sum = 0;
    (void)state;

    set("cutmix = 1\n");
    for (uint64_t step = 1; step <= 4000; step++) {
        struct step_mix m = augmentation_mix(&recipe.data, image, 1, step);

        assert_true(0 <= m.top && m.top <= m.bottom && m.bottom <= 12);
        assert_true(0 <= m.left && m.left <= m.right && m.right <= 10);
        assert_true(m.blend == 1);
        assert_true(fabs((double)m.share - (m.bottom - m.top) * (m.right - m.left) / 120.0) < 1e-6);
        sum += (double)m.share;
        for (int y = m.top; y < m.bottom; y++)
            for (int x = m.left; x < m.right; x++)
                covered[y][x]++;
    }
    assert_true(sum / 4000 > 0.2 && sum / 4000 < 0.5);
    for (int i = 0; i < 120; i++)
        assert_in_range(covered[i / 10][i % 10], 200, 3000); /* every pixel at times, none always */
}

static void test_with_both_every_step_is_one_or_the_other(void **state)
{
    int boxes = 0;
    (void)state;

    set("mixup = 1\ncutmix = 1\n");
    for (uint64_t step = 1; step <= 4000; step++)
        boxes += augmentation_mix(&recipe.data, image, 1, step).blend == 1;
    assert_in_range(boxes, 2000 - 160, 2000 + 160);
}

static void test_a_summary_names_what_is_on(void **state)
{
    char text[200] = "";
    (void)state;

    set("");
    augmentation_summary(&recipe.data, text, sizeof text);
    assert_string_equal(text, "");
    set("flip = alternating\nshift = 4\nrotation = 15\npadding = reflect\nmixup = 0.2\n");
    augmentation_summary(&recipe.data, text, sizeof text);
    assert_string_equal(text, ", alternating flip, shift 4, turn 15, mixup 0.2, reflected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_asked_for_is_done_and_in_training_alone),
        cmocka_unit_test(test_the_memory_of_a_plan_tells_of_mixing),
        cmocka_unit_test(test_class_weights_move_nothing),
        cmocka_unit_test(test_nothing_is_mixed_unless_it_is_asked_for),
        cmocka_unit_test(test_mixup_is_of_the_whole_image),
        cmocka_unit_test(test_cutmix_shares_what_its_box_covers),
        cmocka_unit_test(test_with_both_every_step_is_one_or_the_other),
        cmocka_unit_test(test_a_summary_names_what_is_on),
    };

    return cmocka_run_group_tests_name("augmentation of a recipe", tests, NULL, NULL);
}
