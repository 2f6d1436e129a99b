#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/version.h"
#include "cli/command.h"
#include "data/sources/source.h"
#include "nn/recipe/recipe_file.h"
#include "run/figures/figure.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tui/help.h"

#define WORD_LETTERS "-_abcdefghijklmnopqrstuvwxyz0123456789"

/* A manual as a reader sees it: "\-" is a dash, "\&" nothing. */
static char *manual(const char *name)
{
    const char *source = getenv("CUVETTE_SOURCE");

    assert_non_null(source);
    char *text = folder_text(source, name), *to = text;

    for (const char *from = text; *from; from++) {
        if (from[0] == '\\' && from[1] == '&')
            from++;
        else if (from[0] == '\\' && from[1] == '-')
            *to++ = *++from;
        else
            *to++ = *from;
    }
    *to = '\0';
    return text;
}

/* The part below a heading of a manual; free() it. */
static char *section_of(const char *page, const char *title)
{
    char heading[64];

    snprintf(heading, sizeof heading, "\n.SS %s\n", title);
    const char *start = strstr(page, heading);
    if (!start)
        fail_msg("the manual has no section '%s'", title);
    start += strlen(heading) - 1;

    const char *end = strstr(start, "\n.S");
    char *section = strndup(start, end ? (size_t)(end - start) + 1 : strlen(start));
    assert_non_null(section);
    return section;
}

/* As a whole word: "--run" is not in "--running". */
static bool mentions(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || !strchr(WORD_LETTERS, at[-1])) && (!at[length] || !strchr(WORD_LETTERS, at[length])))
            return true;
    return false;
}

static void assert_mentions(const char *text, const char *word, const char *where)
{
    if (!mentions(text, word))
        fail_msg("'%s' is not in %s", word, where);
}

static void assert_options_in(const struct command *command, const char *text, const char *where)
{
    for (const struct command_option *o = command->options; o && o->name; o++) {
        char word[64];

        snprintf(word, sizeof word, "--%s", o->name);
        assert_mentions(text, word, where);
    }
}

static void test_every_option_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette.1"), *section = section_of(page, "cuvette");
    (void)state;

    assert_options_in(&command_workbench, section, "man/cuvette.1");
    free(section);
    for (int i = 0; commands[i]; i++) {
        char title[64];

        snprintf(title, sizeof title, "cuvette %s", commands[i]->name);
        section = section_of(page, title);
        assert_options_in(commands[i], section, title);
        free(section);
    }
    free(page);
}

static bool has_option(const struct command *command, const char *name)
{
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (strcmp(o->name, name) == 0)
            return true;
    return false;
}

/* The manual uses "name" for any option, and names some of launchers. */
static bool somebody_has_option(const char *name)
{
    if (strcmp(name, "help") == 0 || strcmp(name, "version") == 0 || strcmp(name, "name") == 0 ||
        strcmp(name, "mpi") == 0 || strcmp(name, "mca") == 0)
        return true;
    for (int i = 0; commands[i]; i++)
        if (has_option(commands[i], name))
            return true;
    return has_option(&command_workbench, name);
}

static void test_every_option_in_the_manual_exists(void **state)
{
    char *page = manual("man/cuvette.1");
    (void)state;

    *strstr(page, "\n.SH EXAMPLES") = '\0'; /* those have other programs' options */
    for (const char *at = page; (at = strstr(at, "--"));) {
        char name[64];

        at += 2;
        snprintf(name, sizeof name, "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz-"), at);
        if (name[0] && !somebody_has_option(name))
            fail_msg("the manual tells of --%s, which nobody knows", name);
    }
    free(page);
}

static void test_help_lists_commands_and_options(void **state)
{
    struct process *all = process_cuvette(NULL, "--help", NULL);
    (void)state;

    assert_int_equal(all->exit_code, 0);
    assert_string_equal(all->err, "");
    assert_options_in(&command_workbench, all->out, "--help");
    for (int i = 0; commands[i]; i++) {
        struct process *one = process_cuvette(NULL, commands[i]->name, "--help", NULL);
        struct process *other = process_cuvette(NULL, "help", commands[i]->name, NULL);
        struct process *version = process_cuvette(NULL, commands[i]->name, "--version", NULL);

        assert_mentions(all->out, commands[i]->name, "--help");
        assert_int_equal(one->exit_code, 0);
        assert_options_in(commands[i], one->out, "its --help");
        assert_string_equal(one->out, other->out);
        assert_succeeded(version);
        assert_string_equal(version->out, "cuvette " CUVETTE_VERSION "\n");
        process_free(version);
        process_free(one);
        process_free(other);
    }
    process_free(all);
}

static void assert_fields_in(struct field_table table, const char *page, const char *printed)
{
    for (int i = 0; i < table.count; i++) {
        assert_mentions(page, table.fields[i].name, "man/cuvette-recipe.5");
        assert_mentions(printed, table.fields[i].name, "cuvette help");
    }
}

static void test_every_section_and_key_of_a_recipe_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette-recipe.5");
    struct process *p = process_cuvette(NULL, "help", "recipe", NULL);
    (void)state;

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        char title[64];

        snprintf(title, sizeof title, "[%s]", recipe_sections[i].name);
        assert_non_null(strstr(p->out, title));
        char *section = section_of(page, title);
        assert_fields_in(*recipe_sections[i].fields, section, p->out);
        free(section);
    }
    for (int i = 0; recipe_preset_name(i); i++) {
        assert_mentions(page, recipe_preset_name(i), "man/cuvette-recipe.5");
        assert_mentions(p->out, recipe_preset_name(i), "cuvette help recipe");
    }
    process_free(p);
    free(page);
}

static void test_every_layer_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette-recipe.5");
    struct process *p = process_cuvette(NULL, "help", "layers", NULL);
    (void)state;

    for (int i = 0; layer_classes[i]; i++) {
        char *section = section_of(page, layer_classes[i]->name);

        assert_mentions(p->out, layer_classes[i]->name, "cuvette help layers");
        assert_fields_in(layer_classes[i]->fields, section, p->out);
        free(section);
    }
    process_free(p);
    free(page);
}

static void test_every_format_of_data_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette.1"), *section = strstr(page, "\n.SH DATA SETS\n");
    struct process *p = process_cuvette(NULL, "data", "--help", NULL);
    (void)state;

    assert_non_null(section);
    *strstr(section + 1, "\n.SH ") = '\0';
    for (int i = 0; source_classes[i]; i++) {
        if (!strcasestr(section, source_classes[i]->name))
            fail_msg("DATA SETS of man/cuvette.1 does not tell of %s", source_classes[i]->name);
        assert_non_null(strstr(p->out, source_classes[i]->help));
    }
    process_free(p);
    free(page);
}

static void test_every_chart_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette.1"), *section = section_of(page, "cuvette export");
    struct process *p = process_cuvette(NULL, "export", "--help", NULL);
    (void)state;

    for (int i = 0; i < FIGURE_COUNT; i++) {
        const char *name = figure_name((enum figure_position)i);

        assert_mentions(section, name, "cuvette export of man/cuvette.1");
        assert_mentions(p->out, name, "cuvette export --help");
    }
    process_free(p);
    free(section);
    free(page);
}

/* An entry of the manual is the keys, and the table's help as a sentence. */
static void assert_key_in(const char *page, const char *printed, const char *keys, const char *help)
{
    char entry[256];

    snprintf(entry, sizeof entry, "\n.B %s\n%c%s.\n", keys, toupper((unsigned char)help[0]), help + 1);
    if (!strstr(page, entry))
        fail_msg("man/cuvette.1 does not say:%s", entry);
    assert_non_null(strstr(printed, keys));
    assert_non_null(strstr(printed, help));
}

static void assert_keys_in(const char *page, const char *title, const char *printed, const struct key_help *keys)
{
    char *section = section_of(page, title);

    for (const struct key_help *key = keys; key->keys; key++)
        assert_key_in(section, printed, key->keys, key->help);
    free(section);
}

static void test_every_key_is_in_the_manual(void **state)
{
    char *page = manual("man/cuvette.1");
    struct process *p = process_cuvette(NULL, "help", "keys", NULL);
    struct help_section section;
    (void)state;

    for (const struct key_binding *key = key_bindings; key->action != ACTION_NONE; key++)
        assert_key_in(page, p->out, key->shown, key->help);
    for (int i = 0; (section = help_section(i)).title; i++)
        assert_keys_in(page, section.title, p->out, section.keys);
    process_free(p);
    free(page);
}

/* Whatever stands before them. */
static void test_help_and_version_may_follow_other_options(void **state)
{
    static const struct {
        const char *words[3], *answer;
    } cases[] = {
        { { "--mono", "--help" }, "Usage: cuvette [OPTION...]\n" },
        { { "--recipe", "mnist-cnn", "-h" }, "Usage: cuvette [OPTION...]\n" },
        { { "--recipe", "mnist-cnn", "--version" }, "cuvette " CUVETTE_VERSION "\n" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;
        struct process *p = process_cuvette(NULL, w[0], w[1], w[2], NULL);

        assert_int_equal(p->exit_code, 0);
        assert_string_equal(p->err, "");
        assert_ptr_equal(strstr(p->out, cases[i].answer), p->out);
        process_free(p);
    }
}

static void test_wrong_words_are_answered_with_the_right_ones(void **state)
{
    static const struct {
        const char *words[2], *answer;
    } cases[] = {
        { { "hepl" }, "cuvette: there is no command 'hepl'; did you mean help?\n" },
        { { "help", "recipee" }, "'recipee'" },
        { { "help", "--al" }, "cuvette: help: there is no option --al" },
        { { "help", "-x" }, "two dashes" },
        { { "--asci" }, "did you mean --ascii?" },
        { { "--versoin" }, "did you mean --version?" },
        { { "trian" }, "did you mean train?" },
        { { "train", "--hlep" }, "did you mean --help?" },
        { { "--recipe" }, "--recipe needs a value" },
        { { "--mono=yes" }, "--mono takes no value" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct process *p = process_cuvette(NULL, cases[i].words[0], cases[i].words[1], NULL);

        assert_int_equal(p->exit_code, 2);
        assert_string_equal(p->out, "");
        if (!strstr(p->err, cases[i].answer))
            fail_msg("'%s' is not in '%s'", cases[i].answer, p->err);
        assert_ptr_equal(strchr(p->err, '\n'), p->err + p->err_size - 1); /* one line */
        process_free(p);
    }
}

static void test_a_full_disk_behind_standard_output_is_an_error(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c", "exec \"$CUVETTE_BINARY\" help recipe >/dev/full", NULL };
    struct process *p = process_start(argv, NULL, NULL);
    (void)state;

    process_finish(p);
    assert_int_equal(p->exit_code, 1);
    assert_string_equal(p->err, "cuvette: cannot write to standard output: No space left on device\n");
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_option_is_in_the_manual),
        cmocka_unit_test(test_every_option_in_the_manual_exists),
        cmocka_unit_test(test_help_lists_commands_and_options),
        cmocka_unit_test(test_every_section_and_key_of_a_recipe_is_in_the_manual),
        cmocka_unit_test(test_every_layer_is_in_the_manual),
        cmocka_unit_test(test_every_format_of_data_is_in_the_manual),
        cmocka_unit_test(test_every_chart_is_in_the_manual),
        cmocka_unit_test(test_every_key_is_in_the_manual),
        cmocka_unit_test(test_help_and_version_may_follow_other_options),
        cmocka_unit_test(test_wrong_words_are_answered_with_the_right_ones),
        cmocka_unit_test(test_a_full_disk_behind_standard_output_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
