#include "tests/support/check.h"

#include "nn/recipe/recipe_file.h"
#include "nn/recipe/recipe_warnings.h"

enum { IMAGES = 6000 };

static struct recipe recipe;
static const struct recipe_images digits = { IMAGES, { 3, 28, 28, 1 } };

static int load(void **state)
{
    struct error e = { 0 };
    (void)state;

    return recipe_load(&recipe, "mnist-cnn", &e) ? 0 : -1;
}

static void assert_warned(int section, const char *words)
{
    struct recipe_warnings w = recipe_warnings(&recipe, &digits);

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
        assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    }
}

static void a_batch_of_more_than_there_is(void **state)
{
    (void)state;
    recipe.training.batch = IMAGES;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.batch = 65536;
    assert_warned(RECIPE_SECTION_training, "a batch of 65536 for 6000 training images");
    assert_int_equal(recipe_warnings(&recipe, &(struct recipe_images){ 0 }).count, 0); /* unknown how many there are */
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
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.schedule.kind = SCHEDULE_ONE_CYCLE;
    assert_warned(RECIPE_SECTION_schedule, "the warm-up of 1 epochs is not used");
}

static void steps_that_never_come(void **state)
{
    (void)state;
    recipe.schedule.kind = SCHEDULE_STEP;
    recipe.schedule.step_epochs = 10;
    recipe.training.epochs = 11;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.epochs = 10;
    assert_warned(RECIPE_SECTION_schedule, "never in a run of 10");
}

static void parts_of_a_batch(void **state)
{
    (void)state;
    recipe.training.batch = 128;
    recipe.training.accumulate = 4;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.accumulate = 129;
    assert_warned(RECIPE_SECTION_training, "accumulate = 129 for a batch of 128: each pass has one image");
    recipe.training.accumulate = 4;
    recipe.layers[1] = layer_new(layer_class_find("batch_norm"));
    assert_warned(RECIPE_SECTION_training, "batch norm sees 32 images at a time, not 128");
}

static void a_scaled_rate(void **state)
{
    (void)state;
    recipe.training.scale = SCALE_LINEAR;
    assert_warned(RECIPE_SECTION_training, "scale = linear without base_batch");
    recipe.training.batch = 512;
    recipe.training.base_batch = 128;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.batch = 1024;
    assert_warned(RECIPE_SECTION_schedule, "a rate of 8 times as much may diverge at once: warmup = 5 rises to it");
    recipe.schedule.warmup = 1;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.schedule.warmup = 0;
    recipe.training.scale = SCALE_SQRT;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.scale = SCALE_NONE;
    assert_warned(RECIPE_SECTION_training, "base_batch = 128 is not used");
}

static void patience(void **state)
{
    (void)state;
    recipe.training.patience = 10;
    assert_warned(RECIPE_SECTION_training, "never ends a run of 10 epochs early");
    recipe.training.patience = 3;
    assert_warned(RECIPE_SECTION_data, "chosen by the test images");
    recipe.data.validation = 0.1;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    assert_string_equal(recipe_validated_on(&recipe), "held-out images");
}

static void augmentation_that_leaves_nothing(void **state)
{
    static const struct recipe_images pixels = { IMAGES, { 3, 1, 1, 3 } }, wide = { IMAGES, { 3, 8, 20, 3 } };
    (void)state;

    recipe.data.cutout = 27;
    recipe.data.shift = 27;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.data.cutout = 28;
    assert_warned(RECIPE_SECTION_data, "a cutout of 28 is as large as the images, 28x28");
    recipe.data.cutout = 0;
    recipe.data.shift = 28;
    assert_warned(RECIPE_SECTION_data, "a shift of 28 moves images of 28x28 out of sight");
    assert_int_equal(recipe_warnings(&recipe, &wide).count, 1);
    assert_int_equal(recipe_warnings(&recipe, &(struct recipe_images){ 0 }).count, 0);
    recipe.data.shift = 0;
    recipe.data.rotation = 10;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    assert_int_equal(recipe_warnings(&recipe, &pixels).count, 1);
}

static void augmentation_without_effect(void **state)
{
    static const struct recipe_images colours = { IMAGES, { 3, 28, 28, 3 } };
    (void)state;

    recipe.data.saturation = 0.5;
    assert_warned(RECIPE_SECTION_data, "grey images have no colours");
    assert_int_equal(recipe_warnings(&recipe, &colours).count, 0);
    recipe.data.saturation = 0;
    recipe.data.padding = PADDING_REFLECT;
    assert_warned(RECIPE_SECTION_data, "padding = reflect is not used");
    recipe.data.shift = 1;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
}

static void two_ways_of_mixing(void **state)
{
    (void)state;
    recipe.data.mixup = 0.2;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.data.cutmix = 1;
    assert_warned(RECIPE_SECTION_data, "every step is one or the other");
    recipe.data.mixup = 0;
    recipe.training.batch = 1;
    assert_warned(RECIPE_SECTION_training, "no pair of images to mix: cutmix");
}

static void features_that_cannot_be_kept(void **state)
{
    (void)state;
    snprintf(recipe.training.weights, sizeof recipe.training.weights, "a.h5");
    recipe.training.freeze = 2;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.data.flip = FLIP_RANDOM;
    assert_warned(RECIPE_SECTION_data, "augmentation makes other images in every epoch: nothing that frozen");
    recipe.training.keep_features = false;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
    recipe.training.keep_features = true;
    recipe.data.flip = FLIP_NONE;
    recipe.data.crop = CROP_RANDOM;
    assert_warned(RECIPE_SECTION_data, "random crops make other images");
    recipe.training.freeze = 0;
    assert_int_equal(recipe_warnings(&recipe, &digits).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_need_no_warning),
        cmocka_unit_test_setup(a_batch_of_more_than_there_is, load),
        cmocka_unit_test_setup(a_warm_up_that_never_ends, load),
        cmocka_unit_test_setup(steps_that_never_come, load),
        cmocka_unit_test_setup(parts_of_a_batch, load),
        cmocka_unit_test_setup(a_scaled_rate, load),
        cmocka_unit_test_setup(patience, load),
        cmocka_unit_test_setup(augmentation_that_leaves_nothing, load),
        cmocka_unit_test_setup(augmentation_without_effect, load),
        cmocka_unit_test_setup(two_ways_of_mixing, load),
        cmocka_unit_test_setup(features_that_cannot_be_kept, load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
