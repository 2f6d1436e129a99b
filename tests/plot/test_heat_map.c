/* Numbers of two settings as colours: where the numbers are, and that all sizes give a picture. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "plot/heat_map.h"
#include "tests/support/folder.h"

enum { SIDE = HEAT_MAP_SIDE_MAX };

static double numbers[SIDE * SIDE];
static bool marked[SIDE * SIDE];
static struct heat_map map;

static struct picture example(int columns, int rows)
{
    map = (struct heat_map){ .texts = { .title = "a sweep" }, .x_label = "batch", .y_label = "learning rate",
                             .label = "accuracy (%)", .columns = columns, .rows = rows, .values = numbers,
                             .marked = marked };
    for (int i = 0; i < columns * rows; i++) {
        numbers[i] = 50 + i * 0.25;
        marked[i] = i == columns * rows - 1;
    }
    for (int i = 0; i < SIDE; i++) {
        snprintf(map.x_names[i], sizeof map.x_names[i], "%d", 16 + i);
        snprintf(map.y_names[i], sizeof map.y_names[i], "0.%03d", i + 1);
    }
    return heat_map_picture(&map);
}

static char *text_of(const struct picture *p, enum picture_format format)
{
    const struct picture_form form = { .width = CHART_WIDTH, .height = CHART_HEIGHT };
    struct error e = { 0 };
    size_t size;
    char *text = picture_bytes(p, format, &form, &size, &e);

    if (!text)
        fail_msg("%s", e.text);
    return text;
}

static void test_a_cell_has_its_number(void **state)
{
    struct picture p = example(3, 2);
    (void)state;

    numbers[1] = NAN; /* has not been trained */
    char *svg = text_of(&p, PICTURE_SVG), *csv = text_of(&p, PICTURE_CSV);

    assert_non_null(strstr(svg, ">50.00</text>"));
    assert_null(strstr(svg, ">50.25</text>"));
    assert_non_null(strstr(svg, "font-weight=\"bold\" text-anchor=\"middle\" fill=\"#ffffff\">51.25</text>"));
    assert_non_null(strstr(svg, ">learning rate</text>"));
    assert_string_equal(csv, "learning rate by batch,16,17,18\n0.001,50,,50.5\n0.002,50.75,51,51.25\n");
    free(svg);
    free(csv);
}

/* Figures that cannot be read are left out, names too. */
static void test_all_sizes_give_a_picture(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, SIDE }, { SIDE, 1 }, { SIDE, SIDE } };
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct picture p = example(sizes[i][0], sizes[i][1]);
        char *png = text_of(&p, PICTURE_PNG), *svg = text_of(&p, PICTURE_SVG);

        assert_null(strstr(svg, ">50.25</text>")); /* all figures or none */
        free(png);
        free(svg);
    }

    struct picture p = example(2, 2);

    for (int i = 0; i < 4; i++)
        numbers[i] = i < 2 ? NAN : INFINITY;
    free(text_of(&p, PICTURE_PNG));
}

static void test_more_settings_than_can_be_drawn_are_refused(void **state)
{
    const struct picture_form form = { .width = CHART_WIDTH, .height = CHART_HEIGHT };
    struct picture p = example(1, 1);
    struct error e = { 0 };
    size_t size;
    (void)state;

    map.columns = SIDE + 1;
    assert_bad(picture_bytes(&p, PICTURE_PNG, &form, &size, &e), e, "65×1 settings");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_has_its_number),
        cmocka_unit_test(test_all_sizes_give_a_picture),
        cmocka_unit_test(test_more_settings_than_can_be_drawn_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
