#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/term/input.h"
#include "tui/term/mouse.h"

static struct input input;

static int forget_all(void **state)
{
    (void)state;
    memset(&input, 0, sizeof input);
    return 0;
}

static void feed(const char *bytes, double now)
{
    input_feed(&input, bytes, strlen(bytes), now);
}

static void test_keys_of_common_terminals(void **state)
{
    const struct {
        const char *bytes;
        int key;
    } cases[] = {
        { "a", 'a' }, { " ", ' ' }, { "\r", KEYCODE_ENTER }, { "\n", KEYCODE_ENTER }, { "\t", KEYCODE_TAB },
        { "\x7f", KEYCODE_BACKSPACE }, { "\b", KEYCODE_BACKSPACE }, { "\x03", 3 }, { "\x0c", 12 },
        { "é", 0xE9 }, { "水", 0x6C34 }, { "😀", 0x1F600 },
        { "\033[A", KEYCODE_UP }, { "\033OA", KEYCODE_UP }, { "\033[1;5B", KEYCODE_DOWN }, { "\033[a", KEYCODE_UP },
        { "\033[C", KEYCODE_RIGHT }, { "\033OD", KEYCODE_LEFT }, { "\033[Z", KEYCODE_BACK_TAB },
        { "\033[H", KEYCODE_HOME }, { "\033OH", KEYCODE_HOME },
        { "\033[1~", KEYCODE_HOME }, { "\033[7~", KEYCODE_HOME },
        { "\033[F", KEYCODE_END }, { "\033[4~", KEYCODE_END }, { "\033[8~", KEYCODE_END },
        { "\033[2~", KEYCODE_INSERT }, { "\033[3~", KEYCODE_DELETE }, { "\033[3$", KEYCODE_DELETE },
        { "\033[5~", KEYCODE_PAGE_UP }, { "\033[6;2~", KEYCODE_PAGE_DOWN }, { "\033[6^", KEYCODE_PAGE_DOWN },
        { "\033OP", KEYCODE_F1 }, { "\033[P", KEYCODE_F1 }, { "\033[11~", KEYCODE_F1 }, { "\033[[A", KEYCODE_F1 },
        { "\033[1;2S", KEYCODE_F4 }, { "\033[[E", KEYCODE_F5 }, { "\033[15~", KEYCODE_F5 }, { "\033[17~", KEYCODE_F6 },
        { "\033[19~", KEYCODE_F8 }, { "\033[21~", KEYCODE_F10 },
        { "\033OM", KEYCODE_ENTER }, { "\033Ok", '+' }, { "\033Ox", '8' },
        { "\033x", 'x' | KEYCODE_ALT }, { "\033é", 0xE9 | KEYCODE_ALT }, { "\033\033[A", KEYCODE_UP | KEYCODE_ALT },
        { "\033[0n", INPUT_ANSWER },
        { "\033[<0;1;1M", mouse_code(MOUSE_PRESS, 0, 0) }, { "\033[<0;80;24m", mouse_code(MOUSE_RELEASE, 23, 79) },
        { "\033[<32;300;2M", mouse_code(MOUSE_DRAG, 1, 299) }, { "\033[<16;5;6M", mouse_code(MOUSE_PRESS, 5, 4) },
        { "\033[M !!", mouse_code(MOUSE_PRESS, 0, 0) }, { "\033[M#%&", mouse_code(MOUSE_RELEASE, 5, 4) },
        { "\033[<64;5;6M", mouse_code(MOUSE_WHEEL_UP, 5, 4) }, { "\033[<65;5;6M", mouse_code(MOUSE_WHEEL_DOWN, 5, 4) },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        feed(cases[i].bytes, 0);
        int key = input_next(&input, 0);
        if (key != cases[i].key || input.used != 0)
            fail_msg("ESC%s: 0x%x instead of 0x%x, %zu bytes left", cases[i].bytes + 1, key, cases[i].key, input.used);
    }
}

static void assert_keys(const int *keys)
{
    for (; *keys != KEYCODE_NONE; keys++)
        assert_int_equal(input_next(&input, 0), *keys);
    assert_int_equal(input_next(&input, 0), KEYCODE_NONE);
}

static void test_pasted_text_is_told_from_typed_text(void **state)
{
    (void)state;
    feed("\033[200~q\r\033[0né\033[201~q", 0);
    assert_keys((const int[]){ 'q' | KEYCODE_PASTED, KEYCODE_ENTER | KEYCODE_PASTED, INPUT_ANSWER,
                               0xE9 | KEYCODE_PASTED, 'q', KEYCODE_NONE });
    feed("\033[200~a", 0); /* in pieces */
    feed("b\033[20", 0);
    assert_keys((const int[]){ 'a' | KEYCODE_PASTED, 'b' | KEYCODE_PASTED, KEYCODE_NONE });
    feed("1~c", 0);
    assert_keys((const int[]){ 'c', KEYCODE_NONE });
}

static void test_a_paste_without_an_end_is_ended_by_hand(void **state)
{
    (void)state;
    feed("\033[200~a\003b", 0);
    assert_keys((const int[]){ 'a' | KEYCODE_PASTED, KEYCODE_CTRL_C, 'b', KEYCODE_NONE });
    feed("\033[200~a\033", 0);
    assert_keys((const int[]){ 'a' | KEYCODE_PASTED, KEYCODE_NONE });
    assert_int_equal(input_next(&input, 1), KEYCODE_ESCAPE);
    feed("b", 1);
    assert_keys((const int[]){ 'b', KEYCODE_NONE });
}

/* Other buttons, moves without one, places that no screen has, and what is no report at all. */
static void test_what_else_a_mouse_sends_is_no_key(void **state)
{
    static const char *const reports[] = { "\033[<1;5;6M", "\033[<2;5;6M", "\033[<35;5;6M", "\033[<66;5;6M",
                                           "\033[<64;5;6m", "\033[<128;5;6M", "\033[<0;0;6M", "\033[<0;5;99999999M",
                                           "\033[<0;5M", "\033[<M" };
    (void)state;

    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        feed(reports[i], 0);
        assert_int_equal(input_next(&input, 0), KEYCODE_NONE);
        assert_int_equal(input.used, 0);
    }
    feed("\033[<0;5", 0);
    assert_int_equal(input_next(&input, 0.01), KEYCODE_NONE);
    feed(";6M", 0.02);
    assert_int_equal(input_next(&input, 0.02), mouse_code(MOUSE_PRESS, 5, 4));
}

static void test_keys_typed_fast_come_one_by_one(void **state)
{
    (void)state;
    feed("q\033[B\033[0n\0335é", 0);
    assert_int_equal(input_next(&input, 0), 'q');
    assert_int_equal(input_next(&input, 0), KEYCODE_DOWN);
    assert_int_equal(input_next(&input, 0), INPUT_ANSWER);
    assert_int_equal(input_next(&input, 0), '5' | KEYCODE_ALT);
    assert_int_equal(input_next(&input, 0), 0xE9);
    assert_int_equal(input_next(&input, 0), KEYCODE_NONE);
    assert_true(input_wait(&input, 0) < 0);
}

static void test_escape_alone_is_a_key_after_a_moment(void **state)
{
    (void)state;
    feed("\033", 10);
    assert_int_equal(input_next(&input, 10), KEYCODE_NONE);
    assert_true(input_wait(&input, 10) > 0 && input_wait(&input, 10) <= 0.2);
    assert_int_equal(input_next(&input, 10.2), KEYCODE_ESCAPE);

    feed("\033\033", 20); /* twice */
    assert_int_equal(input_next(&input, 20.2), KEYCODE_ESCAPE);
    assert_int_equal(input_next(&input, 20.2), KEYCODE_ESCAPE);
}

static void test_escape_just_before_an_answer_is_not_lost(void **state)
{
    (void)state;
    feed("\033\033[0n", 0);
    assert_int_equal(input_next(&input, 0), KEYCODE_ESCAPE);
    assert_int_equal(input_next(&input, 0), INPUT_ANSWER);
}

static void test_a_slow_link_may_cut_sequences(void **state)
{
    (void)state;
    for (const char *part = "\033[15~"; *part != '\0'; part++) {
        assert_int_equal(input_next(&input, 0), KEYCODE_NONE);
        input_feed(&input, part, 1, 0);
    }
    assert_int_equal(input_next(&input, 0), KEYCODE_F5);
    feed("\033[", 10);
    assert_int_equal(input_next(&input, 10.5), KEYCODE_NONE);
    feed("A", 10.6);
    assert_int_equal(input_next(&input, 10.6), KEYCODE_UP);
    feed("\xE6\xB0", 11);
    assert_int_equal(input_next(&input, 11), KEYCODE_NONE);
    feed("\xB4", 11.1);
    assert_int_equal(input_next(&input, 11.1), 0x6C34);
}

static void test_what_is_no_key_is_no_key(void **state)
{
    static const char *const cases[] = {
        "\033[?1;2c", "\033[202~", "\033[3n", "\033[?0n", "\033[999999999999~",
        "\033[1;2;3;4;5x", "\xFF", "\xC3", "\033[\x80",
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        forget_all(NULL);
        feed(cases[i], 0);
        int key = input_next(&input, 2);
        if (key != KEYCODE_NONE)
            fail_msg("case %zu is key 0x%x", i, key);
        feed("z", 3);
        assert_int_equal(input_next(&input, 5), 'z');
    }
}

static void test_any_bytes_at_all_are_used_up(void **state)
{
    uint32_t random = 1;
    (void)state;

    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (random >> 29) == 0 ? 27 : (unsigned char)(random >> 16);
        }
        input_feed(&input, bytes, sizeof bytes, round);
        while (input_next(&input, round + 5.0) != KEYCODE_NONE)
            ;
        assert_int_equal(input.used, 0);
    }
}

static void test_a_terminals_own_sequences_come_first(void **state)
{
    (void)state;
    input_learn(&input, "\033Ot", KEYCODE_F5); /* vt100 */
    input_learn(&input, "\177", KEYCODE_DELETE);
    input_learn(&input, NULL, KEYCODE_F1);
    feed("\033Ot\177", 0);
    assert_int_equal(input_next(&input, 0), KEYCODE_F5);
    assert_int_equal(input_next(&input, 0), KEYCODE_BACKSPACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_keys_of_common_terminals, forget_all),
        cmocka_unit_test_setup(test_pasted_text_is_told_from_typed_text, forget_all),
        cmocka_unit_test_setup(test_a_paste_without_an_end_is_ended_by_hand, forget_all),
        cmocka_unit_test_setup(test_what_else_a_mouse_sends_is_no_key, forget_all),
        cmocka_unit_test_setup(test_keys_typed_fast_come_one_by_one, forget_all),
        cmocka_unit_test_setup(test_escape_alone_is_a_key_after_a_moment, forget_all),
        cmocka_unit_test_setup(test_escape_just_before_an_answer_is_not_lost, forget_all),
        cmocka_unit_test_setup(test_a_slow_link_may_cut_sequences, forget_all),
        cmocka_unit_test_setup(test_what_is_no_key_is_no_key, forget_all),
        cmocka_unit_test_setup(test_any_bytes_at_all_are_used_up, forget_all),
        cmocka_unit_test_setup(test_a_terminals_own_sequences_come_first, forget_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
