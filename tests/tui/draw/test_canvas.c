#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw/canvas.h"
#include "tui/draw/shapes.h"

static struct canvas canvas;

static void fresh(int rows, int columns, bool unicode)
{
    struct error e = { 0 };

    canvas_free(&canvas);
    if (!canvas_new(&canvas, rows, columns, unicode, &e))
        fail_msg("%s", e.text);
}

static void assert_shows(const struct canvas *c, const char *expected)
{
    char *text = canvas_to_text(c);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static int free_canvas(void **state)
{
    (void)state;
    canvas_free(&canvas);
    return 0;
}

static void test_text_is_cut_at_the_edge_and_says_so(void **state)
{
    (void)state;
    fresh(3, 8, true);
    assert_int_equal(canvas_text(&canvas, 0, 2, ROLE_NORMAL, "bottle"), 6);
    assert_int_equal(canvas_text(&canvas, 1, 2, ROLE_NORMAL, "bottles"), 6);
    assert_int_equal(canvas_format(&canvas, 2, 0, ROLE_NORMAL, "%d×%d", 28, 28), 5);
    assert_shows(&canvas, "  bottle\n  bottl…\n28×28\n");

    fresh(1, 4, false);
    canvas_text(&canvas, 0, 0, ROLE_NORMAL, "28×28×1");
    assert_shows(&canvas, "28x~\n");
}

static void test_text_at_the_right_ends_where_it_should(void **state)
{
    (void)state;
    fresh(3, 10, true);
    assert_int_equal(canvas_text_right(&canvas, 0, 9, ROLE_NORMAL, "28×28×1"), 2);
    assert_int_equal(canvas_text_right(&canvas, 1, 10, ROLE_NORMAL, ""), 10);
    assert_int_equal(canvas_text_right(&canvas, 2, 5, ROLE_NORMAL, "too long"), 0);
    assert_shows(&canvas, "  28×28×1\n\ntoo …\n");
}

static void test_foreign_text_cannot_reach_the_terminal_as_commands(void **state)
{
    (void)state;
    fresh(4, 30, true);
    canvas_text(&canvas, 0, 0, ROLE_NORMAL, "a\033[2Jb\007\n\tc\x7f");
    canvas_text(&canvas, 1, 0, ROLE_NORMAL, "\xC2\x9B" "2J \xE2\x80\xAE" "gnp.exe"); /* CSI, right-to-left override */
    canvas_text(&canvas, 2, 0, ROLE_NORMAL, "\xC0\x80 \xED\xA0\x80 \xFF \xE2\x96"); /* no UTF-8 */
    canvas_put(&canvas, 3, 0, ROLE_NORMAL, '\033');
    assert_shows(&canvas, "a?[2Jb???c?\n?2J ?gnp.exe\n?? ??? ? ??\n?\n");
}

static void test_wide_characters_take_two_columns_and_are_never_halved(void **state)
{
    (void)state;
    fresh(3, 6, true);
    assert_int_equal(canvas_text(&canvas, 0, 0, ROLE_NORMAL, "水杯e\xCC\x81"), 5); /* with a combining accent */
    assert_int_equal(canvas_text(&canvas, 1, 1, ROLE_NORMAL, "水杯水"), 5);
    canvas_text(&canvas, 2, 0, ROLE_NORMAL, "水杯水");
    canvas_put(&canvas, 2, 1, ROLE_NORMAL, 'x');
    canvas_put(&canvas, 2, 4, ROLE_NORMAL, 'y');
    assert_shows(&canvas, "水杯e\n 水杯…\n x杯y\n");
}

static void test_drawing_stays_inside_the_clip(void **state)
{
    (void)state;
    fresh(4, 10, true);
    for (int row = 0; row < 4; row++)
        canvas_text(&canvas, row, 0, ROLE_NORMAL, "..........");
    struct canvas part = canvas_part(&canvas, (struct rectangle){ 1, 2, 2, 4 });
    canvas_text(&part, 0, -1, ROLE_NORMAL, "abcdefgh");
    canvas_text(&part, 1, 5, ROLE_NORMAL, "outside");
    canvas_text(&part, 2, 0, ROLE_NORMAL, "below");
    canvas_text(&part, -1, 0, ROLE_NORMAL, "above");
    canvas_row_role(&part, 7, ROLE_SELECTED);
    assert_shows(&canvas, "..........\n..bcd…....\n..........\n..........\n");
}

static void test_a_part_never_leaves_its_canvas(void **state)
{
    (void)state;
    fresh(4, 10, true);
    struct canvas part = canvas_part(&canvas, (struct rectangle){ -2, 7, 20, 20 });
    assert_int_equal(part.clip.row, 0);
    assert_int_equal(part.clip.rows, 4);
    assert_int_equal(part.clip.columns, 3);
    struct canvas none = canvas_part(&part, (struct rectangle){ 9, 9, 1, 1 });
    assert_int_equal(none.clip.rows, 0);
    canvas_text(&none, 0, 0, ROLE_NORMAL, "nowhere");
    canvas_clear(&none);
    shape_box(&none, "nowhere", true);
    assert_shows(&canvas, "\n\n\n\n");
}

static void test_boxes_share_their_lines(void **state)
{
    (void)state;
    fresh(5, 12, true);
    struct canvas top = canvas_part(&canvas, (struct rectangle){ 0, 0, 2, 12 });
    struct canvas bottom = canvas_part(&canvas, (struct rectangle){ 2, 0, 3, 12 });
    struct canvas inside = shape_frame(&top, "1 Dataset", false, false, true);
    canvas_text(&inside, 0, 0, ROLE_NORMAL, "digits");
    inside = shape_frame(&bottom, "a title too long", true, true, false);
    canvas_text(&inside, 0, 0, ROLE_NORMAL, "conv 32 3×3");
    assert_int_equal(inside.clip.rows, 1);
    assert_shows(&canvas, "┌1 Dataset─┐\n│digits    │\n├a title t…┤\n│conv 32 3…│\n└──────────┘\n");

    fresh(4, 8, false);
    shape_box(&canvas, "loss", false);
    assert_shows(&canvas, "+loss--+\n|      |\n|      |\n+------+\n");
}

static void test_paragraphs_break_at_blanks(void **state)
{
    (void)state;
    assert_int_equal(canvas_paragraph_rows("", 10), 1);
    assert_int_equal(canvas_paragraph_rows("one two three", 7), 2);
    fresh(4, 7, true);
    canvas_paragraph(&canvas, 0, ROLE_NORMAL, "one two three incomprehensible"); /* one row more than there is */
    assert_shows(&canvas, "one two\nthree\nincompr\nehensi…\n");
}

static void test_bars_fill_by_eighths(void **state)
{
    (void)state;
    fresh(5, 8, true);
    shape_bar(&canvas, 0, 0, 8, 0);
    shape_bar(&canvas, 1, 0, 8, 0.5 + 1.0 / 64);
    shape_bar(&canvas, 2, 0, 8, 7);
    shape_bar(&canvas, 3, 0, 8, -1);
    shape_bar(&canvas, 4, 0, 8, 0.0 / 0.0);
    assert_shows(&canvas, "▁▁▁▁▁▁▁▁\n████▏▁▁▁\n████████\n▁▁▁▁▁▁▁▁\n▁▁▁▁▁▁▁▁\n");

    fresh(1, 8, false);
    shape_bar(&canvas, 0, 0, 8, 0.4);
    assert_shows(&canvas, "###.....\n");
}

static void test_a_selected_row_keeps_its_text(void **state)
{
    (void)state;
    fresh(2, 4, true);
    canvas_text(&canvas, 1, 0, ROLE_NORMAL, "ab");
    canvas_row_role(&canvas, 1, ROLE_SELECTED);
    assert_shows(&canvas, "\nab\n");
    assert_int_equal(canvas.cells[4 + 3].role, ROLE_SELECTED);
    assert_int_equal(canvas.cells[3].role, ROLE_NORMAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_cut_at_the_edge_and_says_so),
        cmocka_unit_test(test_text_at_the_right_ends_where_it_should),
        cmocka_unit_test(test_foreign_text_cannot_reach_the_terminal_as_commands),
        cmocka_unit_test(test_wide_characters_take_two_columns_and_are_never_halved),
        cmocka_unit_test(test_drawing_stays_inside_the_clip),
        cmocka_unit_test(test_a_part_never_leaves_its_canvas),
        cmocka_unit_test(test_boxes_share_their_lines),
        cmocka_unit_test(test_paragraphs_break_at_blanks),
        cmocka_unit_test(test_bars_fill_by_eighths),
        cmocka_unit_test(test_a_selected_row_keeps_its_text),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, free_canvas);
}
