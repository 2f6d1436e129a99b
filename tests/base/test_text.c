/* Short texts and checked memory. */
#include "tests/support/check.h"

#include <float.h>

#include "base/memory.h"
#include "base/text.h"

static void test_a_text_is_one_number_or_none(void **state)
{
    int64_t integer = 7;
    double real = 7;
    (void)state;

    assert_true(text_to_int64(" -12 ", &integer));
    assert_int_equal(integer, -12);
    assert_true(text_to_double("1e-3", &real));
    assert_true(real == 1e-3);

    static const char *const bad[] = { "", " ", "x", "12x", "1 2", "0x10", "99999999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_to_int64(bad[i], &integer));
    assert_int_equal(integer, -12);

    static const char *const bad_real[] = { "", "1,5", "nan", "inf", "1e999", "0x1p3", "1.5.2" };
    for (size_t i = 0; i < sizeof bad_real / sizeof *bad_real; i++)
        assert_false(text_to_double(bad_real[i], &real));
    assert_true(real == 1e-3);
}

static void test_bytes_with_units(void **state)
{
    static const char *const bad[] = { "", "G", "4X", "-1G", "1.3", "4GB", "1e300T", "0.1K", "4 G 4" };
    uint64_t bytes = 0;
    (void)state;

    assert_true(text_to_bytes("4G", &bytes) && bytes == (uint64_t)4 << 30);
    assert_true(text_to_bytes("1.5m", &bytes) && bytes == 3 << 19);
    assert_true(text_to_bytes("512", &bytes) && bytes == 512);
    assert_true(text_to_bytes("0", &bytes) && bytes == 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_to_bytes(bad[i], &bytes));
}

static void test_numbers_for_people(void **state)
{
    static const struct {
        uint64_t number;
        const char *count, *bytes;
    } cases[] = {
        { 0, "0", "0 B" },
        { 1536, "1536", "1.5 K" },
        { 3212, "3212", "3.1 K" },
        { 10000, "10 k", "9.8 K" },
        { 592138, "592 k", "578 K" },
        { 999600, "1.0 M", "976 K" },
        { 1200000, "1.2 M", "1.1 M" },
        { 3221225472, "3.2 G", "3.0 G" },
    };
    char text[16];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_count(text, sizeof text, cases[i].number);
        assert_string_equal(text, cases[i].count);
        text_bytes(text, sizeof text, cases[i].number);
        assert_string_equal(text, cases[i].bytes);
    }
}

static void test_work_in_a_second(void **state)
{
    static const struct {
        double flops;
        const char *text;
    } cases[] = { { 3.82e10, "38.2 GFLOP/s" },
                  { 9.9951e8, "1.00 GFLOP/s" },
                  { 4.94e14, "494 TFLOP/s" },
                  { 2e6, "2.00 MFLOP/s" },
                  { 0, "n/a" } };
    char text[32];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_flops(text, sizeof text, cases[i].flops);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_losses(void **state)
{
    static const struct {
        double loss;
        const char *text;
    } cases[] = { { 0, "0.0000" }, { 0.31236, "0.3124" }, { 99999, "99999.0000" }, { 123456789, "1.235e+08" } };
    char text[TEXT_LOSS_SIZE];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_loss(text, cases[i].loss);
        assert_string_equal(text, cases[i].text);
    }
    text_loss(text, DBL_MAX);
    assert_string_equal(text, "1.798e+308");
}

static void test_durations(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = { { 0, "0:00" },       { 42.3, "0:42" }, { 59.7, "1:00" },
                  { 4000, "1:06:40" }, { -1, "n/a" },    { 1e300, "n/a" } };
    char text[16];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_duration(text, sizeof text, cases[i].seconds);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_text_from_outside_cannot_control_the_terminal(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "Käfer 甲虫 🪲", "Käfer 甲虫 🪲" },
        { "\x1b[2Jcat\n\t", "?[2Jcat??" },
        { "a\xc2\x9b"
          "b",
          "a?b" },                                       /* the 8-bit CSI */
        { "\xff\xfe\xc0\xaf|\xed\xa0\x80", "????|???" }, /* not UTF-8, overlong, surrogate */
        { "end\xe2\x82", "end??" },                      /* cut in a character */
        { "a\xe2\x80\xae"
          "b",
          "a?b" }, /* right-to-left override */
        { "pay\u200bload \u2060\u3164\ufe0f", "pay?load ???" }, /* takes no room */
        { "\U000e0041\U000e007f", "??" },                       /* tags */
        { "e\u0301 o\u0302\u0323", "e\u0301 o\u0302\u0323" },
        { "a\u0300\u0301\u0302\u0303\u0304\u0305 b", "a\u0300\u0301 b" }, /* a tower over one letter */
    };
    char text[64];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_sanitise(text, sizeof text, cases[i].from);
        assert_string_equal(text, cases[i].to);
    }
    text_sanitise(text, 5, "abcé"); /* é needs two bytes, and the zero one more */
    assert_string_equal(text, "abc");
}

static void test_texts_are_cut_and_trimmed(void **state)
{
    char text[8] = "", blanks[] = "  a b\n";
    (void)state;

    assert_true(text_copy(text, sizeof text, "1234567"));
    assert_false(text_copy(text, sizeof text, "12345678"));
    assert_string_equal(text, "1234567");
    assert_true(text_copy(text, sizeof text, "12"));
    assert_true(text_append(text, sizeof text, "-%d", 34));
    assert_false(text_append(text, sizeof text, "5678"));
    assert_string_equal(text, "12-3456");
    assert_string_equal(text_trim(blanks), "a b");
}

static void test_lines_are_gone_through(void **state)
{
    const char *rest = "one\n\ntoo long\nlast";
    char line[5];
    (void)state;

    rest = text_line(line, sizeof line, rest);
    assert_string_equal(line, "one");
    rest = text_line(line, sizeof line, rest);
    assert_string_equal(line, "");
    rest = text_line(line, sizeof line, rest);
    assert_string_equal(line, "too ");
    rest = text_line(line, sizeof line, rest);
    assert_string_equal(line, "last");
    assert_string_equal(rest, "");
}

static void test_too_little_memory_is_an_error(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_null(memory_new(SIZE_MAX / 2, 3, &e));
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_null(memory_new_aligned(SIZE_MAX, 1, &e));
    assert_non_null(strstr(e.text, "16.0 E"));

    unsigned char *aligned = memory_new_aligned(3, 5, &e);
    assert_non_null(aligned);
    assert_int_equal((uintptr_t)aligned % 64, 0);
    assert_int_equal(aligned[14], 0);
    free(aligned);
    void *empty = memory_new(0, 4, &e);
    assert_non_null(empty);
    free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_one_number_or_none),
        cmocka_unit_test(test_bytes_with_units),
        cmocka_unit_test(test_numbers_for_people),
        cmocka_unit_test(test_work_in_a_second),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_text_from_outside_cannot_control_the_terminal),
        cmocka_unit_test(test_texts_are_cut_and_trimmed),
        cmocka_unit_test(test_lines_are_gone_through),
        cmocka_unit_test(test_too_little_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
