#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw/graph.h"
#include "tui/term/painter.h"

enum { ROWS = 24, COLUMNS = 80 };

static struct painter *painter;
static struct canvas canvas;
static struct outgoing frame;

static int open_painter(void **state)
{
    struct error e = { 0 };
    (void)state;

    painter = painter_open("xterm-256color", false, &e);
    if (painter == NULL || !painter_resize(painter, ROWS, COLUMNS, &e) ||
        !canvas_new(&canvas, ROWS, COLUMNS, true, &e)) {
        print_error("%s\n", e.text);
        return 1;
    }
    return 0;
}

static int close_painter(void **state)
{
    (void)state;
    painter_close(painter);
    painter = NULL;
    canvas_free(&canvas);
    outgoing_free(&frame);
    return 0;
}

static size_t paint(void)
{
    struct error e = { 0 };

    frame.used = 0;
    if (!painter_paint(painter, &canvas, &frame, &e))
        fail_msg("%s", e.text);
    return frame.used;
}

static void test_the_same_again_costs_nothing(void **state)
{
    (void)state;
    canvas_text(&canvas, 3, 3, ROLE_STRONG, "loss");
    assert_true(paint() > 0);
    assert_int_equal(paint(), 0);
    canvas_clear(&canvas);
    canvas_text(&canvas, 3, 3, ROLE_STRONG, "loss");
    assert_int_equal(paint(), 0);
    painter_forget(painter);
    assert_true(paint() > 0);
}

static void test_a_point_of_a_curve_costs_a_few_bytes(void **state)
{
    static struct columns train;
    struct scale scale = { .low = 0, .high = 2.5, .step = 0.5, .decimals = 1 };
    int width = graph_points(48, GRAPH_BRAILLE), points = 0;
    struct graph graph;
    size_t bytes = 0;
    (void)state;

    train.width = width;
    paint();
    for (int x = 0; x < width; x++) {
        struct canvas chart = canvas_part(&canvas, (struct rectangle){ 2, 31, 7, 48 });

        train.column[x] = (struct column){ .mean = (float)(2.3 * exp(-x / 20.0) + 0.1 * sin(x * 1.7)), .count = 1 };
        train.used = x + 1;
        canvas_clear(&canvas);
        graph = graph_begin(&chart, GRAPH_BRAILLE, &scale, false);
        graph_draw_line(&graph, &train, ROLE_TRAIN);
        size_t cost = paint();
        if (x > 0) { /* the first paints the axis, too */
            bytes += cost;
            points++;
        }
    }
    assert_in_range(bytes / (size_t)points, 1, 23);
}

static void test_a_repetition_is_written_out(void **state)
{
    static const char frames[] = "+-\033[72b+\033[5;3H=\033[2bx";
    (void)state;

    frame.used = 0;
    outgoing_add_plainer(&frame, frames, sizeof frames - 1);
    assert_int_equal(frame.used, 1 + 73 + 1 + 6 + 3 + 1);
    assert_memory_equal(frame.bytes, "+---", 4);
    assert_memory_equal(frame.bytes + 74, "+\033[5;3H===x", 11);
}

static void test_what_is_reset_anyway_is_not_reset_before(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "a\033[39m\033(B\033[mb", "a\033[mb" },
        { "a\033[39m\033(B\033[0;1mb", "a\033[0;1mb" },
        { "\033[39mb\033[m", "\033[39mb\033[m" }, /* text between: nothing to save */
        { "\033[5b", "\033[5b" },                 /* nothing to repeat */
        { "\033[", "\033[" },
        { "", "" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        frame.used = 0;
        outgoing_add_plainer(&frame, cases[i].from, strlen(cases[i].from));
        assert_int_equal(frame.used, strlen(cases[i].to));
        if (frame.used > 0)
            assert_memory_equal(frame.bytes, cases[i].to, frame.used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_same_again_costs_nothing, open_painter, close_painter),
        cmocka_unit_test_setup_teardown(test_a_point_of_a_curve_costs_a_few_bytes, open_painter, close_painter),
        cmocka_unit_test(test_a_repetition_is_written_out),
        cmocka_unit_test(test_what_is_reset_anyway_is_not_reset_before),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, close_painter);
}
