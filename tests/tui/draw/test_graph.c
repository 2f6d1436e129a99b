#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw/graph.h"

static struct canvas canvas;
static struct columns line, marks;
static enum graph_dots dots;
static const struct scale scale = { .low = 0, .high = 1, .step = 0.5, .decimals = 1 };

static void begin(int rows, int columns, enum graph_dots of)
{
    struct error e;

    canvas_free(&canvas);
    dots = of;
    assert_true(canvas_new(&canvas, rows, columns, of != GRAPH_ASCII, &e));
    line = marks = (struct columns){ .width = graph_points(columns, of) };
}

static void add(struct columns *c, int at, double value)
{
    c->column[at] = (struct column){ (float)value, (float)value, (float)value, 1 };
    c->used = at + 1;
}

static void draw(const struct scale *s)
{
    struct graph g = graph_begin(&canvas, dots, s, false);

    graph_draw_line(&g, &line, ROLE_TRAIN);
    graph_draw_marks(&g, &marks, ROLE_VALID);
}

static void assert_text(const char *expected)
{
    char *text = canvas_to_text(&canvas);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_shows(const char *expected)
{
    draw(&scale);
    assert_text(expected);
}

static int end(void **state)
{
    (void)state;
    canvas_free(&canvas);
    return 0;
}

static void test_a_fall_is_one_line_of_dots(void **state)
{
    (void)state;
    begin(3, 8, GRAPH_BRAILLE);
    assert_int_equal(graph_points(8, GRAPH_BRAILLE), 8);
    for (int i = 0; i < 8; i++)
        add(&line, i, i < 4 ? 1 : 0);
    assert_shows("1.0 ⠉⠉⡇\n"
                 "0.5   ⡇\n"
                 "0.0   ⣇⣀\n");
}

static void test_ascii_has_two_rows_in_a_cell(void **state)
{
    (void)state;
    begin(3, 8, GRAPH_ASCII);
    add(&line, 0, 1);
    add(&line, 1, 0.6);
    add(&line, 3, 0.4); /* a gap is crossed at the height before it */
    add(&marks, 3, 0);
    assert_shows("1.0 ':\n"
                 "0.5  '':\n"
                 "0.0    *\n");
}

static void test_blocks_stand_in_for_braille(void **state)
{
    (void)state;
    begin(3, 8, GRAPH_BLOCKS);
    add(&line, 0, 1);
    add(&line, 1, 0.6);
    add(&line, 3, 0.4);
    assert_shows("1.0 ▀█\n"
                 "0.5  ▀▀█\n"
                 "0.0\n");
}

/* A line that stuck to the edge would say that the values stay there. */
static void test_a_line_leaves_the_plot_and_comes_back(void **state)
{
    (void)state;
    begin(3, 8, GRAPH_BRAILLE);
    add(&line, 0, 0.5);
    add(&line, 2, 7);
    add(&line, 5, 7);
    add(&line, 6, 0);
    add(&marks, 7, -7);
    assert_shows("1.0  ⡇ ⡇\n"
                 "0.5 ⠤⠇ ⡇\n"
                 "0.0    ⡇\n");
}

static void test_a_band_is_behind_the_line(void **state)
{
    struct graph g;
    (void)state;

    begin(3, 8, GRAPH_BRAILLE);
    for (int i = 0; i < 8; i++)
        line.column[i] = (struct column){ 0.3f, i < 2 ? 1.0f : 0.7f, 0.5f, 2 };
    line.used = 8;
    g = graph_begin(&canvas, GRAPH_BRAILLE, &scale, false);
    graph_draw_band(&g, &line, ROLE_BAND);
    assert_text("1.0 ⣿⣀⣀⣀\n"
                "0.5 ⣿⣿⣿⣿\n"
                "0.0 ⠉⠉⠉⠉\n");
    graph_draw_line(&g, &line, ROLE_TRAIN);
    assert_text("1.0 ⣿⣀⣀⣀\n"
                "0.5 ⠤⠤⠤⠤\n"
                "0.0 ⠉⠉⠉⠉\n");
    assert_int_equal(canvas.cells[4].role, ROLE_BAND);
    assert_int_equal(canvas.cells[8 + 4].role, ROLE_TRAIN);
}

static void test_a_logarithmic_scale_has_no_place_for_zero(void **state)
{
    const struct scale decades = { .low = 0.01, .high = 1, .step = 1, .logarithmic = true };
    char *text;
    (void)state;

    begin(3, 8, GRAPH_BRAILLE);
    add(&line, 0, 0.1);
    add(&line, 2, 0);
    add(&line, 4, 1);
    draw(&decades);
    text = canvas_to_text(&canvas);
    assert_string_equal(text, "  1   ⠁\n"
                              "0.1 ⠒\n"
                              ".01\n");
    free(text);
}

static void test_the_axis_has_its_name_and_ticks_at_their_places(void **state)
{
    (void)state;
    begin(2, 44, GRAPH_BRAILLE);
    graph_draw_across(&canvas, AXIS_EPOCH, (struct window){ 0, 20 });
    assert_text("\n"
                "epoch   2   4   6   8  10  12  14  16  18 20\n");
    begin(2, 16, GRAPH_BRAILLE);
    graph_draw_across(&canvas, AXIS_TIME, (struct window){ 100, 160 });
    assert_text("\n"
                "time  2:00  2:30\n");
}

static void test_a_cursor_is_a_line_under_the_curves(void **state)
{
    struct graph g;
    (void)state;

    begin(3, 8, GRAPH_BRAILLE);
    g = graph_begin(&canvas, GRAPH_BRAILLE, &scale, false);
    graph_draw_upright(&g, 5, ROLE_DIM);
    assert_text("1.0   │\n"
                "0.5   │\n"
                "0.0   │\n");
}

static void test_a_new_point_changes_its_own_cell_only(void **state)
{
    struct cell before[5 * 12];
    int changed = 0;
    (void)state;

    begin(5, 12, GRAPH_BRAILLE);
    for (int i = 0; i < 10; i++)
        add(&line, i, 1.0 / (i + 1));
    draw(&scale);
    memcpy(before, canvas.cells, sizeof before);
    add(&line, 10, 0.09);
    draw(&scale);
    for (int i = 0; i < 5 * 12; i++)
        changed += before[i].character != canvas.cells[i].character;
    assert_int_equal(changed, 1);
}

/* The labels of an axis from 0, from the top. */
static void assert_labels(double high, const char *top, const char *middle)
{
    struct scale axis = scale_nice(0, high, 3);
    char *text, expected[64];

    begin(3, 8, GRAPH_BRAILLE);
    draw(&axis);
    text = canvas_to_text(&canvas);
    assert_non_null(text);
    snprintf(expected, sizeof expected, "%s\n%s\n  0\n", top, middle);
    assert_string_equal(text, expected);
    free(text);
}

static void test_large_and_small_figures_fit_the_axis(void **state)
{
    (void)state;
    assert_labels(200, "200", "100");
    assert_labels(2000, " 2k", " 1k");
    assert_labels(4e5, "400k", "200k");
    assert_labels(1e6, " 1M", "500k");
    assert_labels(1e12, " 1T", "500G");
    assert_labels(0.1, ".10", ".05");
    assert_labels(0.01, ".010", ".005");
    assert_labels(0.001, "1e-3", "5e-4"); /* a learning rate */
    assert_labels(2e-4, "2e-4", "1e-4");
    assert_labels(0.002, ".002", ".001");
}

static void test_no_size_is_too_small(void **state)
{
    (void)state;
    for (int columns = 0; columns < 8; columns++) {
        begin(1, columns ? columns : 1, GRAPH_BRAILLE);
        add(&line, 0, 0.5);
        draw(&scale);
        assert_true(graph_points(columns, GRAPH_BRAILLE) >= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_fall_is_one_line_of_dots, end),
        cmocka_unit_test_teardown(test_ascii_has_two_rows_in_a_cell, end),
        cmocka_unit_test_teardown(test_blocks_stand_in_for_braille, end),
        cmocka_unit_test_teardown(test_a_line_leaves_the_plot_and_comes_back, end),
        cmocka_unit_test_teardown(test_a_band_is_behind_the_line, end),
        cmocka_unit_test_teardown(test_a_logarithmic_scale_has_no_place_for_zero, end),
        cmocka_unit_test_teardown(test_the_axis_has_its_name_and_ticks_at_their_places, end),
        cmocka_unit_test_teardown(test_a_cursor_is_a_line_under_the_curves, end),
        cmocka_unit_test_teardown(test_a_new_point_changes_its_own_cell_only, end),
        cmocka_unit_test_teardown(test_large_and_small_figures_fit_the_axis, end),
        cmocka_unit_test_teardown(test_no_size_is_too_small, end),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
