#include "tests/support/check.h"

#include <stdio.h>

#include "base/ini_text.h"

enum { LONGEST = 5000, VALUES_MOST = 16 };

struct value {
    char section[32], key[32], text[LONGEST + 1];
};

struct values {
    int count;
    struct value value[VALUES_MOST];
};

static bool take(void *context, const char *section, const char *key, const char *text, struct error *e)
{
    struct values *all = context;
    struct value *v = &all->value[all->count++];

    assert_true(all->count <= VALUES_MOST);
    assert_true(snprintf(v->section, sizeof v->section, "%s", section) < (int)sizeof v->section);
    assert_true(snprintf(v->key, sizeof v->key, "%s", key) < (int)sizeof v->key);
    assert_true(snprintf(v->text, sizeof v->text, "%s", text) < (int)sizeof v->text);
    return strcmp(text, "wrong") != 0 || error_set(e, ERROR_INPUT, "%s is wrong", key);
}

static struct values *read_values(const char *text)
{
    static struct values all;
    struct error e = { 0 };

    all.count = 0;
    assert_good(ini_text_read(text, "t.ini", take, &all, &e), e);
    return &all;
}

/* Bytes of all kinds, those that mean something in such a file more often than others. */
static void draw(char *to, int length, uint32_t *state)
{
    static const char special[] = "\"\\;# \t=:[]\n\r\x7f\x1f" "x0";

    for (int i = 0; i < length; i++) {
        *state = *state * 1664525u + 1013904223u;

        const unsigned drawn = *state >> 16;

        to[i] = drawn % 2 ? special[drawn / 2 % (sizeof special - 1)] : (char)(1 + drawn / 2 % 255);
    }
    to[length] = '\0';
}

static void write_and_read_again(const char *value)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fprintf(out, "[of]\n");
    ini_text_write(out, "before", "1");
    ini_text_write(out, "value", value);
    ini_text_write(out, "behind", "2");
    assert_int_equal(fclose(out), 0);

    const struct values *all = read_values(text);

    assert_int_equal(all->count, 3);
    assert_string_equal(all->value[0].text, "1");
    assert_string_equal(all->value[1].section, "of");
    assert_string_equal(all->value[1].key, "value");
    assert_string_equal(all->value[1].text, value);
    assert_string_equal(all->value[2].text, "2");
    free(text);
}

static void any_value_is_read_as_it_was_written(void **state)
{
    static char value[LONGEST + 1];
    uint32_t numbers = 7;
    (void)state;

    for (int length = 0; length <= LONGEST; length += 1 + length / 500)
        for (int again = 0; again < (length < 8 ? 300 : 2); again++) {
            draw(value, length, &numbers);
            write_and_read_again(value);
        }
}

static void assert_value(const char *line, const char *expected)
{
    const struct values *all = read_values(line);

    assert_int_equal(all->count, 1);
    assert_string_equal(all->value[0].key, "a");
    assert_string_equal(all->value[0].text, expected);
}

static void values_without_quotes_end_at_a_comment(void **state)
{
    (void)state;
    assert_value("a = b c ; d", "b c");
    assert_value("  a=b;c\t;d ;e\r\n", "b;c");
    assert_value("a = ; b", "");
    assert_value("a =;b", ";b");
    assert_value("a =", "");
    assert_value("a: b = c", "b = c");
    assert_value("; x = 1\n# y = 2\n\na = b \"c\" \\x41\n", "b \"c\" \\x41");
}

static void quotes_keep_all_that_is_between_them(void **state)
{
    (void)state;
    assert_value("a = \" ;b \" ; c", " ;b ");
    assert_value("a = \"\"", "");
    assert_value("a=\"x\\\"y\\\\z\\x09\\xC3\\xBC\"\t\n", "x\"y\\z\t\xC3\xBC");
}

static void mistakes_are_told_with_their_line(void **state)
{
    static const struct {
        const char *text, *says;
    } mistakes[] = {
        { "a = 1\nb = \"x\n", "t.ini:2: the value begins with a quotation mark, and no other ends it" },
        { "b = \"x\\\"", "t.ini:1: the value begins with a quotation mark" },
        { "b = \"x\\", "t.ini:1: in quotes" },
        { "b = \"x\\n\"", "t.ini:1: in quotes" },
        { "b = \"x\\x4\"", "t.ini:1: in quotes" },
        { "b = \"x\\x00\"", "t.ini:1: in quotes" },
        { "b = \"x\\x\x14\x11\"", "t.ini:1: in quotes" },
        { "b = \"x\" y", "t.ini:1: something follows the quotation mark" },
        { "b = \"x\";y", NULL },
        { "[s]\nb\n", "t.ini:2: neither a [section] nor" },
        { "b = wrong\nc = \"\nd", "t.ini:1: b is wrong" },
    };
    static struct values all;
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        all.count = 0;
        if (mistakes[i].says)
            assert_bad(ini_text_read(mistakes[i].text, "t.ini", take, &all, &e), e, mistakes[i].says);
        else
            assert_good(ini_text_read(mistakes[i].text, "t.ini", take, &all, &e), e);
    }
}

static void reading_can_go_on_after_a_mistake(void **state)
{
    static const char text[] = "a = 1\nb = wrong\nc = 3\nd = \"\nno value\ne = 5\n";
    static struct values all;
    struct error e = { 0 };
    (void)state;

    assert_bad(ini_text_read(text, "t.ini", take, &all, &e), e, "t.ini:2: b is wrong");
    assert_int_equal(all.count, 2);
    all.count = 0;
    assert_bad(ini_text_read_on(text, "t.ini", take, &all, &e), e, "t.ini:2: b is wrong");
    assert_int_equal(all.count, 4);
    assert_string_equal(all.value[3].text, "5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_value_is_read_as_it_was_written),
        cmocka_unit_test(values_without_quotes_end_at_a_comment),
        cmocka_unit_test(quotes_keep_all_that_is_between_them),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(reading_can_go_on_after_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
