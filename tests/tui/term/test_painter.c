#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vterm.h>

#include "base/random.h"
#include "tui/draw/graph.h"
#include "tui/term/look.h"
#include "tui/term/painter.h"

enum { ROWS = 24, COLUMNS = 80 };

static struct painter *painter;
static struct canvas canvas;
static struct outgoing frame;

static int open_painter(void **state)
{
    struct error e = { 0 };
    (void)state;

    painter = painter_open("xterm-256color", &e);
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

/* What a terminal that is given all frames has on its screen. */
static void assert_shown(VTerm *terminal, const struct canvas *c)
{
    VTermScreen *cells = vterm_obtain_screen(terminal);

    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns; column++) {
            const struct cell *want = &c->cells[row * c->columns + column];
            struct look look = look_of((enum role)want->role, THEME_dark, 8);
            VTermScreenCell is;

            vterm_screen_get_cell(cells, (VTermPos){ .row = row, .col = column }, &is);
            if (want->character == 0)
                continue;
            if (want->character != (is.chars[0] != 0 ? is.chars[0] : ' '))
                fail_msg("row %d column %d: U+%04X, not U+%04X", row, column, is.chars[0], want->character);
            assert_int_equal(is.attrs.reverse, (look.attributes & LOOK_REVERSE) != 0);
            if (want->character == ' ')
                continue;
            assert_int_equal(is.attrs.bold, (look.attributes & LOOK_BOLD) != 0);

            bool own = !VTERM_COLOR_IS_INDEXED(&is.fg) || VTERM_COLOR_IS_DEFAULT_FG(&is.fg);
            assert_int_equal(own ? COLOR_OWN : is.fg.indexed.idx, look.color);
        }
}

static unsigned draw_number(unsigned below)
{
    static uint32_t drawn;
    uint32_t counter[4] = { drawn++ }, key[2] = { 5 };

    return random_philox(counter, key).word[0] % below;
}

/* Texts, runs, blanks and wide characters at random places, some of them in the last row and column. */
static void scribble(struct canvas *c)
{
    static const char *const texts[] = { "loss", "0.4821", "中文字", "a 中 b", "   ", "────────────────", "█▌▁▁▁▁▁▁", "é" };

    for (unsigned i = draw_number(6); i > 0; i--) {
        int row = (int)draw_number((unsigned)c->rows), column = (int)draw_number((unsigned)c->columns);
        enum role role = draw_number(ROLE_COUNT);

        canvas_text(c, row, column, role, texts[draw_number(sizeof texts / sizeof *texts)]);
        if (draw_number(3) == 0)
            for (column = (int)draw_number((unsigned)c->columns); column < c->columns; column++)
                canvas_put(c, row, column, role, draw_number(2) ? '-' : ' ');
    }
    if (draw_number(20) == 0)
        canvas_clear(c);
}

static void test_whatever_is_painted_is_what_the_terminal_shows(void **state)
{
    static const char *const types[] = { "xterm-256color", "linux", "screen", "unheard-of" };
    (void)state;

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (int repeats = 0; repeats < 2; repeats++) {
            struct error e;
            struct painter *p = painter_open(types[i], &e);
            VTerm *terminal = vterm_new(ROWS, COLUMNS);

            assert_non_null(p);
            vterm_set_utf8(terminal, 1);
            vterm_screen_reset(vterm_obtain_screen(terminal), 1);
            assert_true(painter_resize(p, ROWS, COLUMNS, &e));
            assert_true(canvas_new(&canvas, ROWS, COLUMNS, true, &e));
            painter_probe(p);
            for (int n = 0; n < 400; n++) {
                frame.used = 0;
                scribble(&canvas);
                assert_true(painter_paint(p, &canvas, &frame, &e));
                vterm_input_write(terminal, frame.bytes, frame.used);
                vterm_screen_flush_damage(vterm_obtain_screen(terminal));
                if (n > 0)
                    assert_shown(terminal, &canvas);
                painter_repeats(p, repeats);
            }
            vterm_free(terminal);
            canvas_free(&canvas);
            painter_close(p);
        }
}

static void test_a_line_costs_little_where_the_terminal_repeats(void **state)
{
    (void)state;
    paint();
    painter_repeats(painter, true);
    for (int column = 0; column < COLUMNS; column++)
        canvas_put(&canvas, 5, column, ROLE_FRAME, 0x2500);
    assert_in_range(paint(), 1, 24);
    canvas_clear(&canvas);
    assert_in_range(paint(), 1, 10);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_is_painted_is_what_the_terminal_shows),
        cmocka_unit_test_setup_teardown(test_a_line_costs_little_where_the_terminal_repeats, open_painter,
                                        close_painter),
        cmocka_unit_test_setup_teardown(test_the_same_again_costs_nothing, open_painter, close_painter),
        cmocka_unit_test_setup_teardown(test_a_point_of_a_curve_costs_a_few_bytes, open_painter, close_painter),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, close_painter);
}
