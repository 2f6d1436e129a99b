#include "tests/support/check.h"

#include "nn/recipe/recipe_file.h"
#include "nn/recipe/recipe_warnings.h"

enum { IMAGES = 6000 };

static struct recipe recipe;

static int load(void **state)
{
    struct error e = { 0 };
    (void)state;

    return recipe_load(&recipe, "mnist-cnn", &e) ? 0 : -1;
}

static void assert_warned(int section, const char *words)
{
    struct recipe_warnings w = recipe_warnings(&recipe, IMAGES);

    assert_int_equal(w.count, 1);
    assert_int_equal(w.list[0].section, section);
    assert_non_null(strstr(w.list[0].text, words));
}

static void presets_need_no_warning(void **state)
{
    struct error e = { 0 };
    (void)state;

    for (int i = 0; recipe_preset_name(i); i++) {
        assert_good(recipe_load(&recipe, recipe_preset_name(i), &e), e);
        assert_int_equal(recipe_warnings(&recipe, IMAGES).count, 0);
    }
}

static void a_batch_of_more_than_there_is(void **state)
{
    (void)state;
    recipe.training.batch = IMAGES;
    assert_int_equal(recipe_warnings(&recipe, IMAGES).count, 0);
    recipe.training.batch = 65536;
    assert_warned(RECIPE_SECTION_training, "a batch of 65536 for 6000 training images");
    assert_int_equal(recipe_warnings(&recipe, 0).count, 0); /* unknown how many there are */
    recipe.training.batch = 5000;
    recipe.data.validation = 0.5;
    assert_warned(RECIPE_SECTION_training, "a batch of 5000 for 3000 training images");
}

static void a_warm_up_that_never_ends(void **state)
{
    (void)state;
    recipe.training.epochs = 2;
    recipe.schedule.warmup = 20;
    assert_warned(RECIPE_SECTION_schedule, "warm-up of 20 epochs fills the run of 2");
    recipe.schedule.warmup = 1;
    assert_int_equal(recipe_warnings(&recipe, IMAGES).count, 0);
    recipe.schedule.kind = SCHEDULE_ONE_CYCLE;
    assert_warned(RECIPE_SECTION_schedule, "the warm-up of 1 epochs is not used");
}

static void steps_that_never_come(void **state)
{
    (void)state;
    recipe.schedule.kind = SCHEDULE_STEP;
    recipe.schedule.step_epochs = 10;
    recipe.training.epochs = 11;
    assert_int_equal(recipe_warnings(&recipe, IMAGES).count, 0);
    recipe.training.epochs = 10;
    assert_warned(RECIPE_SECTION_schedule, "never in a run of 10");
}

static void patience(void **state)
{
    (void)state;
    recipe.training.patience = 10;
    assert_warned(RECIPE_SECTION_training, "never ends a run of 10 epochs early");
    recipe.training.patience = 3;
    assert_warned(RECIPE_SECTION_data, "chosen by the test images");
    recipe.data.validation = 0.1;
    assert_int_equal(recipe_warnings(&recipe, IMAGES).count, 0);
    assert_string_equal(recipe_validated_on(&recipe), "held-out images");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_need_no_warning),
        cmocka_unit_test_setup(a_batch_of_more_than_there_is, load),
        cmocka_unit_test_setup(a_warm_up_that_never_ends, load),
        cmocka_unit_test_setup(steps_that_never_come, load),
        cmocka_unit_test_setup(patience, load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
