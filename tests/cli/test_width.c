/* What is printed on a terminal fits its width, and no word of it is lost. */
#include "tests/support/check.h"

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { OUTPUT_MAX = 1 << 18, WORDS_MAX = 8 };

/* All that the program writes on a terminal of so many columns; to be freed. */
static char *on_terminal(const char *folder, int columns, const char *const *words)
{
    struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)columns };
    char *output = calloc(1, OUTPUT_MAX);
    size_t used = 0;
    ssize_t n;
    int master;
    pid_t process = forkpty(&master, NULL, NULL, &size);

    assert_non_null(output);
    if (process == 0) {
        const char *program = getenv("CUVETTE_BINARY");
        const char *arguments[WORDS_MAX + 2] = { program ? program : "build/check/cuvette" };

        for (int i = 0; i < WORDS_MAX && words[i]; i++)
            arguments[i + 1] = words[i];
        if (folder && chdir(folder) != 0)
            _exit(126);
        setenv("LC_ALL", "C.UTF-8", 1);
        execv(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    assert_true(process > 0);
    while (used + 1 < OUTPUT_MAX && (n = read(master, output + used, OUTPUT_MAX - used - 1)) > 0)
        used += (size_t)n;
    close(master);
    waitpid(process, NULL, 0);
    return output;
}

static int columns_of(const char *text, size_t length)
{
    int columns = 0;

    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

/* A word that is too long, such as a path, may stand alone on its line. What a carriage return wipes is a line, too. */
static void assert_fits(const char *output, int columns)
{
    for (const char *line = output; *line; line += strcspn(line, "\r\n"), line += strspn(line, "\r\n")) {
        size_t length = strcspn(line, "\r\n"), from = strspn(line, " ");

        if (columns_of(line, length) > columns && memchr(line + from, ' ', length - from))
            fail_msg("more than %d columns: %.*s", columns, (int)length, line);
    }
}

/* The words, with one blank between them. */
static char *words_of(const char *text)
{
    char *out = calloc(1, strlen(text) + 2), *to = out;

    assert_non_null(out);
    for (const char *at = text; *at; at++)
        if (*at != ' ' && *at != '\r' && *at != '\n')
            *to++ = *at;
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    return out;
}

static void test_help_is_broken_at_blanks(void **state)
{
    static const char *const pages[][WORDS_MAX] = {
        { "--help" },         { "train", "--help" },   { "data", "--help" },    { "devices", "--help" },
        { "help", "recipe" }, { "help", "layers" },    { "help", "keys" },      { "export", "--help" },
        { "train", "--show-plan" }, { "data", "list" },
    };
    static const int widths[] = { 80, 60, 40 };
    (void)state;

    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            char *output = on_terminal(NULL, widths[w], pages[i]);
            struct process *p = process_cuvette(NULL, pages[i][0], pages[i][1], pages[i][2], NULL);
            char *shown = words_of(output), *all = words_of(p->out);

            assert_fits(output, widths[w]);
            assert_true(strlen(all) > 10);
            assert_string_equal(shown, all);
            free(output);
            free(shown);
            free(all);
            process_free(p);
        }
}

/* Folders of modules and of runs are longer than a narrow row: each row of the page begins below what it tells. */
static void test_the_page_on_the_node_breaks_paths_behind_a_slash(void **state)
{
    static const char *const words[WORDS_MAX] = { "doctor" };
    char *output;
    (void)state;

    setenv("CUVETTE_RUNS", "/nowhere/of-a-group/of-users/somebody/with-a-long-name/experiments/runs-of-this-year", 1);
    output = on_terminal(NULL, 40, words);
    unsetenv("CUVETTE_RUNS");
    assert_fits(output, 40);
    assert_non_null(strstr(output, "runs           /nowhere/of-a-group/\r\n    "));
    assert_non_null(strstr(output, "experiments/\r\n    "));
    assert_non_null(strstr(output, "    runs-of-this-year (not"));
    free(output);
}

static void test_json_stays_whole(void **state)
{
    static const char *const words[WORDS_MAX] = { "data", "list", "--json" };
    char *output = on_terminal(NULL, 20, words);
    (void)state;

    assert_non_null(strstr(output, "\"name\": \"digits\",\r\n"));
    free(output);
}

static void test_an_error_is_whole_and_fits(void **state)
{
    static const char *const words[WORDS_MAX] = { "train", "--set", "training.epochz=3" };
    char *output, *shown;

    output = on_terminal(*state, 60, words);
    shown = words_of(output);
    assert_fits(output, 60);
    assert_non_null(strstr(shown, "[training] has no key 'epochz' (it has epochs, batch, "));
    assert_non_null(strstr(shown, "did you mean epochs?"));
    free(output);
    free(shown);
}

static void test_a_run_fits(void **state)
{
    static const char *const words[WORDS_MAX] = { "train", "mnist-mlp", "--epochs", "2",      "--batch",
                                                  "6000",  "--run",     "a-run" };
    char *output = on_terminal(*state, 80, words);

    assert_fits(output, 80);
    assert_non_null(strstr(output, "  2/2 "));
    assert_non_null(strstr(output, "best on the test images: epoch "));
    free(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help_is_broken_at_blanks),
        cmocka_unit_test(test_the_page_on_the_node_breaks_paths_behind_a_slash),
        cmocka_unit_test(test_json_stays_whole),
        cmocka_unit_test_setup_teardown(test_an_error_is_whole_and_fits, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_run_fits, folder_setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
