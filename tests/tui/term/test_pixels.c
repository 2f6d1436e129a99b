/* Pixels in cells: their colours, and what crosses the link for them. */
#include "tests/support/check.h"

#include <locale.h>

#include <vterm.h>

#include "base/random.h"
#include "tui/draw/picture.h"
#include "tui/term/look.h"
#include "tui/term/painter.h"

enum { ROWS = 12, COLUMNS = 40, FRAMES = 40 };

static unsigned draw_number(unsigned below)
{
    static uint32_t drawn;
    uint32_t counter[4] = { drawn++ }, key[2] = { 9 };

    return random_philox(counter, key).word[0] % below;
}

static void draw_color(uint8_t rgb[3])
{
    for (int i = 0; i < 3; i++)
        rgb[i] = (uint8_t)draw_number(256);
}

/* xterm's palette behind the sixteen, as its documentation has it. */
static void palette_color(int position, int rgb[3])
{
    static const int levels[] = { 0, 95, 135, 175, 215, 255 };

    if (position >= 232) {
        rgb[0] = rgb[1] = rgb[2] = 8 + 10 * (position - 232);
        return;
    }
    rgb[0] = levels[(position - 16) / 36];
    rgb[1] = levels[(position - 16) / 6 % 6];
    rgb[2] = levels[(position - 16) % 6];
}

static int distance(const uint8_t rgb[3], int position)
{
    int of[3], sum = 0;

    palette_color(position, of);
    for (int i = 0; i < 3; i++)
        sum += (rgb[i] - of[i]) * (rgb[i] - of[i]);
    return sum;
}

static void test_the_nearest_of_256_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        uint8_t rgb[3];
        int best = 16;

        draw_color(rgb);
        if (i % 4 == 0)
            rgb[1] = rgb[2] = rgb[0];
        for (int k = 17; k < 256; k++)
            best = distance(rgb, k) < distance(rgb, best) ? k : best;
        assert_int_equal(distance(rgb, look_of_pixels(rgb, rgb, 256).ground), distance(rgb, best));
    }
}

static void test_few_colors_are_those_of_the_palette(void **state)
{
    static const uint8_t red[3] = { 200, 20, 10 }, white[3] = { 250, 250, 250 };
    (void)state;

    assert_int_equal(look_of_pixels(red, white, 8).color, 1);
    assert_int_equal(look_of_pixels(red, white, 8).ground, 7);
    assert_int_equal(look_of_pixels(red, white, 16).ground, 15);
    assert_int_equal(look_of_pixels(red, white, COLORS_ALL).color, COLOR_DIRECT | 200 << 16 | 20 << 8 | 10);
}

static int color_of(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return COLOR_OWN;
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx
                                     : COLOR_DIRECT | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

static void assert_shown(VTerm *terminal, const struct canvas *c)
{
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            const struct cell *want = &c->cells[row * COLUMNS + column];
            VTermScreenCell is;

            vterm_screen_get_cell(vterm_obtain_screen(terminal), (VTermPos){ .row = row, .col = column }, &is);
            assert_int_equal(is.chars[0] != 0 ? is.chars[0] : ' ', want->character);
            if (want->role != ROLE_PIXELS) {
                assert_int_equal(color_of(&is.bg), COLOR_OWN);
                continue;
            }
            struct look look = look_of_pixels(want->ink, want->ground, c->colors);

            assert_int_equal(color_of(&is.fg), look.color);
            assert_int_equal(color_of(&is.bg), look.ground);
        }
}

/* Pictures that come and go among text; of few colours, so that neighbours are often alike. */
static void scribble(struct canvas *c)
{
    int height = 1 + (int)draw_number(12), width = 1 + (int)draw_number(20);
    int row = (int)draw_number(ROWS), column = (int)draw_number(COLUMNS);
    uint8_t rgb[12 * 20 * 3];

    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(85 * draw_number(4));
    if (draw_number(4) == 0)
        canvas_clear(c);
    picture_draw(c, row, column, rgb, height, width);
    canvas_text(c, (int)draw_number(ROWS), (int)draw_number(COLUMNS), ROLE_SELECTED, "a word");
    canvas_text(c, (int)draw_number(ROWS), (int)draw_number(COLUMNS), ROLE_NORMAL, "           ");
}

static void test_what_is_painted_is_what_the_terminal_shows(void **state)
{
    static const int colors[] = { 8, 16, 256, COLORS_ALL, 0 };
    struct error e = { 0 };
    struct painter *painter = painter_open("xterm-256color", &e);
    VTerm *terminal = vterm_new(ROWS, COLUMNS);
    struct outgoing out = { 0 };
    struct canvas c;
    (void)state;

    assert_non_null(painter);
    assert_good(painter_resize(painter, ROWS, COLUMNS, &e) && canvas_new(&c, ROWS, COLUMNS, true, &e), e);
    vterm_set_utf8(terminal, 1);
    vterm_screen_reset(vterm_obtain_screen(terminal), 1);
    for (int i = 0; i < FRAMES; i++) {
        c.colors = colors[i / 8];
        if (c.colors == 0) /* then nobody draws pixels */
            canvas_clear(&c);
        else
            scribble(&c);
        out.used = 0;
        assert_good(painter_paint(painter, &c, &out, &e), e);
        vterm_input_write(terminal, out.bytes, out.used);
        assert_shown(terminal, &c);
    }
    vterm_free(terminal);
    painter_close(painter);
    outgoing_free(&out);
    canvas_free(&c);
}

static void test_without_colors_characters_stand_for_them(void **state)
{
    static const uint8_t rgb[2][2][3] = { { { 0, 0, 0 }, { 255, 255, 255 } }, { { 0, 0, 0 }, { 255, 255, 255 } } };
    struct error e = { 0 };
    struct canvas c;
    char *text;
    (void)state;

    assert_good(canvas_new(&c, 1, 3, true, &e), e);
    picture_draw(&c, 0, 0, rgb[0][0], 2, 2);
    text = canvas_to_text(&c);
    assert_string_equal(text, " @\n");
    free(text);
    c.colors = 256;
    picture_draw(&c, 0, 0, rgb[0][0], 2, 2);
    text = canvas_to_text(&c);
    assert_string_equal(text, "▀▀\n");
    free(text);
    canvas_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nearest_of_256_is_found),
        cmocka_unit_test(test_few_colors_are_those_of_the_palette),
        cmocka_unit_test(test_what_is_painted_is_what_the_terminal_shows),
        cmocka_unit_test(test_without_colors_characters_stand_for_them),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
