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
static const struct scale scale = { .low = 0, .high = 1, .step = 0.5, .decimals = 1 };

static void begin(int rows, int columns, bool unicode)
{
    struct error e;

    canvas_free(&canvas);
    assert_true(canvas_new(&canvas, rows, columns, unicode, &e));
    columns_begin(&line, graph_points(columns, unicode), 1);
    columns_begin(&marks, graph_points(columns, unicode), 1);
}

static void draw(const struct scale *s)
{
    graph_draw_axis(&canvas, s);
    graph_draw_line(&canvas, s, &line, ROLE_TRAIN);
    graph_draw_marks(&canvas, s, &marks, ROLE_VALID);
}

static void assert_shows(const char *expected)
{
    char *text;

    draw(&scale);
    text = canvas_to_text(&canvas);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
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
    begin(3, 8, true);
    assert_int_equal(graph_points(8, true), 8);
    for (int i = 0; i < 8; i++)
        columns_add(&line, i, i < 4 ? 1 : 0);
    assert_shows("1.0 ⠉⠉⡇\n"
                 "0.5   ⡇\n"
                 "0.0   ⣇⣀\n");
}

static void test_ascii_has_two_rows_in_a_cell(void **state)
{
    (void)state;
    begin(3, 8, false);
    columns_add(&line, 0, 1);
    columns_add(&line, 1, 0.6f);
    columns_add(&line, 3, 0.4f); /* a gap is crossed at the height before it */
    columns_add(&marks, 3, 0);
    assert_shows("1.0 ':\n"
                 "0.5  '':\n"
                 "0.0    *\n");
}

static void test_what_is_outside_the_scale_sticks_to_its_edge(void **state)
{
    (void)state;
    begin(3, 8, true);
    columns_add(&line, 0, 7);
    columns_add(&marks, 7, -7);
    assert_shows("1.0 ⠁\n"
                 "0.5\n"
                 "0.0    •\n");
}

static void test_a_new_point_changes_its_own_cell_only(void **state)
{
    struct cell before[5 * 12];
    int changed = 0;
    (void)state;

    begin(5, 12, true);
    for (int i = 0; i < 10; i++)
        columns_add(&line, i, 1.0f / (float)(i + 1));
    draw(&scale);
    memcpy(before, canvas.cells, sizeof before);
    columns_add(&line, 10, 0.09f);
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

    begin(3, 8, true);
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
    assert_labels(0.001, " 1m", "500µ"); /* a learning rate */
    assert_labels(2e-4, "200µ", "100µ");
}

static void test_no_size_is_too_small(void **state)
{
    (void)state;
    for (int columns = 0; columns < 8; columns++) {
        begin(1, columns ? columns : 1, true);
        columns_add(&line, 0, 0.5f);
        draw(&scale);
        assert_true(graph_points(columns, true) >= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_fall_is_one_line_of_dots, end),
        cmocka_unit_test_teardown(test_ascii_has_two_rows_in_a_cell, end),
        cmocka_unit_test_teardown(test_what_is_outside_the_scale_sticks_to_its_edge, end),
        cmocka_unit_test_teardown(test_a_new_point_changes_its_own_cell_only, end),
        cmocka_unit_test_teardown(test_large_and_small_figures_fit_the_axis, end),
        cmocka_unit_test_teardown(test_no_size_is_too_small, end),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
