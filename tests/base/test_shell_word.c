#include "tests/support/check.h"

#include <stdio.h>

#include "base/shell_word.h"
#include "tests/support/process.h"

static char *quoted(const char *word)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    shell_word_write(out, word);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_plain_words_need_no_quotes(void **state)
{
    char *text = quoted("/home/u/runs/mnist-cnn.ini");
    (void)state;

    assert_string_equal(text, "/home/u/runs/mnist-cnn.ini");
    free(text);
}

/* The shell's own opinion: it prints the word that it was given. */
static void test_a_shell_takes_every_word_as_it_is(void **state)
{
    static const char *const words[] = {
        "",        " ",          "a b",       "it's",    "'",          "''",           "$HOME `id` $(id)", "~",
        "a\nb\n",  "back\\slash", "\"quoted\"", "*?[a]{b}", "# no comment", "-n",        "; rm -rf /",       "!history",
        "caf\xC3\xA9", "\x01\x1b[31m\xff", "a=b", "<>|&", "\t",
    };
    (void)state;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *text = quoted(words[i]), command[256], expected[256];

        snprintf(command, sizeof command, "printf '[%%s]' %s", text);
        snprintf(expected, sizeof expected, "[%s]", words[i]);
        struct process *p = process_start((const char *const[]){ "/bin/sh", "-c", command, NULL }, NULL, NULL);

        process_finish(p);
        assert_int_equal(p->exit_code, 0);
        assert_string_equal(p->out, expected);
        process_free(p);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_words_need_no_quotes),
        cmocka_unit_test(test_a_shell_takes_every_word_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
