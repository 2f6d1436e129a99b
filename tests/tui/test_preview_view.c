/* The images of a data set on the screen. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/photo.h"
#include "tui/keys.h"

/* Two classes of photographs of different shapes: four and two for training, one of each for testing. */
static void put_photos(const char *home)
{
    static const char *const names[] = {
        "train/cats/a.png", "train/cats/b.png", "train/cats/c.png", "train/cats/d.png",
        "train/dogs/long name of a dog.png", "train/dogs/f.png", "val/cats/g.png", "val/dogs/h.png",
    };

    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        const struct photo photo = { .height = 40 + 10 * i, .width = 60, .channels = 3, .seed = i };
        char path[128];

        snprintf(path, sizeof path, ".away/photos/%s", names[i]);
        folder_put(home, path, "");
        photo_write(&photo, folder_path(home, path));
    }
}

static void open_preview(const char *home)
{
    put_photos(home);
    desk_press('/');
    desk_type(folder_path(home, ".away/photos"));
    desk_press(KEYCODE_ENTER);
    desk_press('p');
}

static void test_classes_and_images_are_gone_through(void **state)
{
    open_preview(*state);
    assert_true(desk_shows("6 + 2 images of"));
    assert_true(desk_shows("cats: 1 to 4 of 4 training images"));
    assert_true(desk_shows("a.png"));
    desk_press(KEYCODE_RIGHT); /* there are no more */
    assert_true(desk_shows("cats: 1 to 4 of 4 training images"));
    desk_press('z');
    assert_true(desk_shows("cats: 1 to 1 of 4 training images"));
    desk_press('l');
    assert_true(desk_shows("cats: 2 to 2 of 4 training images"));
    assert_true(desk_shows("b.png"));
    desk_press(KEYCODE_LEFT);
    desk_press(KEYCODE_LEFT);
    assert_true(desk_shows("cats: 1 to 1 of 4 training images"));
    desk_press('j');
    assert_true(desk_shows("dogs: 1 to 1 of 2 training images"));
    desk_press('t');
    assert_true(desk_shows("dogs: 1 to 1 of 1 test images"));
    assert_true(desk_shows("h.png"));
    desk_press('q');
    assert_null(desk_app->display.dialog);
    assert_null(desk_app->gallery.study);
}

static void test_it_fits_screens_of_all_sizes(void **state)
{
    static const struct {
        int rows, columns;
        const char *name;
    } sizes[] = { { 12, 40, "preview-40x12" }, { 24, 80, "preview-80x24" }, { 50, 132, "preview-132x50" } };

    (void)state;
    desk_press('p'); /* the digits */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(desk_app, sizes[i].rows, sizes[i].columns, true);
        desk_settle();
        golden_check_canvas(sizes[i].name, desk_draw());
    }
}

static void test_facts_are_below_the_list(void **state)
{
    (void)state;
    desk_press('f');
    desk_settle();
    golden_check_canvas("facts-80x24", desk_draw());
    desk_press('f');
    assert_null(desk_app->gallery.study); /* nobody sees them */
    app_resize(desk_app, 12, 40, false);
    desk_press('p');
    desk_press('i');
    golden_check_canvas("facts-40x12-ascii", desk_draw());
}

static void test_another_wish_is_another_look(void **state)
{
    struct gallery *g = &desk_app->gallery;
    struct source_wish wish;
    (void)state;

    desk_press('p');
    wish = g->wish;
    wish.cropped = !wish.cropped;
    gallery_show(g, g->name, &wish);
    assert_int_equal(g->wish.cropped, wish.cropped);
}

/* Every pixel of a sheet, to compare two. */
static uint32_t sum_of_pixels(void)
{
    const struct sheet *sheet = gallery_sheet(&desk_app->gallery);
    uint32_t sum = 0;

    assert_non_null(sheet);
    for (int i = 0; i < sheet->n * sheet->size.height * sheet->size.width * 3; i++)
        sum = 31 * sum + sheet->rgb[i];
    return sum;
}

static void test_images_are_shown_as_training_sees_them(void **state)
{
    uint32_t plain, augmented;
    (void)state;

    desk_press('p');
    plain = sum_of_pixels();
    desk_press('a');
    assert_true(desk_shows("this recipe augments nothing"));
    assert_int_equal(sum_of_pixels(), plain);
    desk_press('a');
    desk_press('q');
    desk_app->draft.recipe.data.cutout = 12;
    app_recipe_changed(desk_app);
    desk_press('p');
    assert_int_equal(sum_of_pixels(), plain);
    desk_press('a');
    assert_true(desk_shows("as training sees them: "));
    assert_true(desk_shows("training images, augmented"));
    augmented = sum_of_pixels();
    assert_int_not_equal(augmented, plain);
    desk_press('n');
    assert_int_not_equal(sum_of_pixels(), augmented);
    desk_press('a');
    assert_int_equal(sum_of_pixels(), plain);
}

/* So does what is done when they are decoded: other parts each time. */
static void test_images_are_cropped_as_training_sees_them(void **state)
{
    uint32_t plain, cropped;

    desk_app->draft.recipe.data.size = 24;
    desk_app->draft.recipe.data.crop = CROP_RANDOM;
    app_recipe_changed(desk_app);
    open_preview(*state);
    plain = sum_of_pixels();
    desk_press('a');
    assert_true(desk_shows("as training sees them: random parts"));
    cropped = sum_of_pixels();
    assert_int_not_equal(cropped, plain);
    desk_press('n');
    assert_int_not_equal(sum_of_pixels(), cropped);
    desk_press('a');
    assert_int_equal(sum_of_pixels(), plain);
}

/* On a slow link a screen of images takes few bytes. */
static void test_a_slow_link_has_small_images(void **state)
{
    int fast, slow;
    (void)state;

    app_resize(desk_app, 50, 132, true);
    desk_app->display.colors = 256;
    desk_press('p');
    fast = desk_app->gallery.asked.n * desk_app->gallery.asked.side * desk_app->gallery.asked.side;
    desk_press('q');
    desk_app->display.traffic.seconds_a_byte = 1e-3;
    desk_press('p');
    slow = desk_app->gallery.asked.n * desk_app->gallery.asked.side * desk_app->gallery.asked.side;
    assert_true(slow < fast);
    assert_in_range(slow, 1, 2 * 4000 / 22);
}

static void test_what_cannot_be_read_is_told(void **state)
{
    (void)state;
    desk_press(KEYCODE_END);
    desk_press('p');
    assert_true(desk_shows("is not an HDF5 file"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_classes_and_images_are_gone_through), SCREEN_TEST(test_it_fits_screens_of_all_sizes),
        SCREEN_TEST(test_facts_are_below_the_list),            SCREEN_TEST(test_a_slow_link_has_small_images),
        SCREEN_TEST(test_images_are_shown_as_training_sees_them),
        SCREEN_TEST(test_images_are_cropped_as_training_sees_them),
        SCREEN_TEST(test_what_cannot_be_read_is_told),
        SCREEN_TEST(test_another_wish_is_another_look),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
