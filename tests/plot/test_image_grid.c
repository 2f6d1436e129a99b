/* The picture of a data set's classes. */
#include "tests/support/check.h"

#include <cairo.h>
#include <stdio.h>
#include <unistd.h>

#include "plot/image_grid.h"
#include "tests/support/folder.h"

enum { SIDE = 8, CLASSES_MOST = 1000 };

/* One colour for each class, which nothing else on the picture has. */
static uint32_t color_of(int class)
{
    return 0x400000u + (uint32_t)class;
}

static struct image_grid_class classes[CLASSES_MOST];
static uint8_t pixels[CLASSES_MOST][2 * SIDE * SIDE * 3]; /* of two images */

static struct image_grid example(int count)
{
    struct image_grid g = { .title = "toys", .subtitle = "1 \033 2", .footer = "now", .height = SIDE, .width = SIDE,
                            .each = 2, .n_classes = count, .classes = classes };

    for (int i = 0; i < count; i++) {
        classes[i] = (struct image_grid_class){ .n = i % 3 == 2 ? 1 : 2, .rgb = pixels[i] };
        snprintf(classes[i].title, sizeof classes[i].title, "class \xff number %d with a name that is far too long", i);
        for (int k = 0; k < 2 * SIDE * SIDE; k++) {
            pixels[i][3 * k] = (uint8_t)(color_of(i) >> 16);
            pixels[i][3 * k + 1] = (uint8_t)(color_of(i) >> 8);
            pixels[i][3 * k + 2] = (uint8_t)color_of(i);
        }
    }
    return g;
}

/* How many pixels of the picture have the colour of each class. */
static void count_colors(const char *path, int *counts)
{
    cairo_surface_t *picture = cairo_image_surface_create_from_png(path);
    const int width = cairo_image_surface_get_width(picture), height = cairo_image_surface_get_height(picture);

    assert_int_equal(cairo_surface_status(picture), CAIRO_STATUS_SUCCESS);
    assert_true(width >= height); /* no strip */
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint32_t pixel = ((const uint32_t *)(const void *)(cairo_image_surface_get_data(picture) +
                                                               y * cairo_image_surface_get_stride(picture)))[x] &
                             0xFFFFFF;

            if (pixel >= color_of(0) && pixel < color_of(CLASSES_MOST))
                counts[pixel - color_of(0)]++;
        }
    cairo_surface_destroy(picture);
}

static void test_every_image_is_there_whole(void **state)
{
    static const int numbers[] = { 1, 2, 10, 37, CLASSES_MOST };
    const char *path = folder_path(*state, "grid.png");
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct image_grid g = example(numbers[i]);
        int counts[CLASSES_MOST] = { 0 };

        assert_good(image_grid_write(&g, path, &e), e);
        count_colors(path, counts);
        assert_true(counts[0] >= 2 * SIDE * SIDE);
        for (int class = 0; class < numbers[i]; class++)
            assert_int_equal(counts[class] * 2, counts[0] * classes[class].n);
    }
}

/* For print and for web pages: text is text, pixels are pixels, and what stands out has a frame. */
static void test_a_grid_has_all_formats_of_pictures(void **state)
{
    struct image_grid g = example(3);
    struct error e = { 0 };

    g.each = 1;
    snprintf(classes[0].title, sizeof classes[0].title, "cat, not dog");
    snprintf(classes[1].title, sizeof classes[1].title, "cat");
    classes[0].marked = true;
    assert_good(image_grid_write(&g, folder_path(*state, "grid.svg"), &e), e);
    char *svg = folder_text(*state, "grid.svg");

    assert_non_null(strstr(svg, "fill=\"#d55e00\">cat, not dog</text>"));
    assert_non_null(strstr(svg, "fill=\"#212121\">cat</text>"));
    assert_non_null(strstr(svg, "...</text>")); /* a title too long */
    assert_non_null(strstr(svg, "data:image/png;base64,"));
    assert_null(strstr(svg, "<pattern")); /* an image that many viewers show as black */
    assert_null(strstr(svg, "<symbol"));
    free(svg);
    assert_good(image_grid_write(&g, folder_path(*state, "grid.pdf"), &e), e);
    char *pdf = folder_text(*state, "grid.pdf");

    assert_memory_equal(pdf, "%PDF-", 5);
    free(pdf);
    assert_bad(image_grid_write(&g, folder_path(*state, "grid.csv"), &e), e, "no numbers");
    assert_bad(image_grid_write(&g, folder_path(*state, "grid.jpg"), &e), e, ".png, .svg, .pdf or .csv");
}

static void test_a_picture_that_is_too_large_is_refused(void **state)
{
    struct image_grid g = example(CLASSES_MOST);
    struct error e = { 0 };

    g.each = 1000;
    assert_bad(image_grid_write(&g, folder_path(*state, "large.png"), &e), e, "ask for fewer");
    assert_int_equal(e.kind, ERROR_USAGE);
    assert_int_equal(access(folder_path(*state, "large.png"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_image_is_there_whole, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_grid_has_all_formats_of_pictures, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_picture_that_is_too_large_is_refused, folder_setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
