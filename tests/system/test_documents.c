/* README.md and docs hold: each command in them is one that the program knows, with options and recipe keys that it
 * has, and no link leads nowhere. */
#include "tests/support/check.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "nn/recipe/recipe.h"
#include "tests/support/folder.h"

enum { LINE_SIZE = 2048, PICTURE_BYTES = 60000, PICTURES_BYTES = 1000000 };

static char wrong[8192];

/* The part of a text before the first of some characters. */
static void take(char *out, size_t size, const char *text, const char *ends)
{
    size_t length = strcspn(text, ends);

    assert_true(length < size);
    memcpy(out, text, length);
    out[length] = '\0';
}

static void complain(const char *document, const char *what, const char *where)
{
    size_t used = strlen(wrong);

    snprintf(wrong + used, sizeof wrong - used, "\n  %s: %s: %.100s", document, what, where);
}

static void for_each_document(void (*check)(const char *path, const char *text))
{
    static const char *const patterns[] = { "README.md", "docs/*.md" };
    const char *source = getenv("CUVETTE_SOURCE");

    assert_non_null(source);
    assert_int_equal(chdir(source), 0);
    wrong[0] = '\0';
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;

        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t k = 0; k < found.gl_pathc; k++) {
            char *text = folder_text(".", found.gl_pathv[k]);

            check(found.gl_pathv[k], text);
            free(text);
        }
        globfree(&found);
    }
    if (wrong[0])
        fail_msg("%s", wrong);
}

static bool has_option(const struct command *command, const char *name)
{
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (strcmp(o->name, name) == 0)
            return true;
    return strcmp(name, "help") == 0 || strcmp(name, "version") == 0;
}

/* "optimiser.learning_rate=0.1" */
static bool is_recipe_key(const char *word)
{
    const char *dot = strchr(word, '.');

    for (int i = 0; dot && i < RECIPE_SECTION_COUNT; i++) {
        const struct field_table *table = recipe_sections[i].fields;

        if (strlen(recipe_sections[i].name) != (size_t)(dot - word) ||
            strncmp(recipe_sections[i].name, word, (size_t)(dot - word)) != 0)
            continue;
        for (int k = 0; k < table->count; k++)
            if (strlen(table->fields[k].name) == strcspn(dot + 1, "=") &&
                strncmp(table->fields[k].name, dot + 1, strcspn(dot + 1, "=")) == 0)
                return true;
    }
    return false;
}

/* What stands behind "cuvette ", up to the end of the command. */
static void check_command(const char *document, const char *words)
{
    char line[LINE_SIZE], *rest = line, *word;
    const struct command *command = &command_workbench;
    bool first = true, key = false;

    take(line, sizeof line, words, "");
    for (; (word = strsep(&rest, " ")); first = first && !*word) {
        if (first && islower((unsigned char)*word) && !(command = command_find(word))) {
            complain(document, "there is no such command", words);
            return;
        }
        word[strcspn(word, "=")] = strncmp(word, "--", 2) == 0 ? '\0' : word[strcspn(word, "=")];
        if (strncmp(word, "--", 2) == 0 && !has_option(command, word + 2))
            complain(document, "there is no such option", words);
        if (key && strchr(word, '.') && !is_recipe_key(word))
            complain(document, "there is no such key", words);
        key = strcmp(word, "--set") == 0 || strcmp(word, "--vary") == 0;
    }
}

/* A command ends with its line, at a comment, a quotation mark, or where the shell has its own. */
static void check_line(const char *document, const char *line, const char *before, const char *ends)
{
    for (const char *at = line; (at = strstr(at, "cuvette ")); at++) {
        char words[LINE_SIZE];

        if (at == line ? !strchr(before, '\n') : !strchr(before, at[-1]))
            continue;
        take(words, sizeof words, at + strlen("cuvette "), ends);
        check_command(document, words);
    }
}

/* In the blocks of the shell every line; in the text what stands between two backticks. */
static void check_commands(const char *document, const char *text)
{
    bool shell = false;
    char *copy = strdup(text), *rest = copy, *line;

    assert_non_null(copy);
    while ((line = strsep(&rest, "\n"))) {
        if (strncmp(line, "```", 3) == 0)
            shell = strcmp(line, "```sh") == 0;
        else if (shell)
            check_line(document, line, "\n /", "#|;&\"'\\");
        else
            check_line(document, line, "`", "`\"'");
    }
    free(copy);
}

static void test_every_command_is_known(void **state)
{
    (void)state;
    for_each_document(check_commands);
}

/* The name by which a heading is reached, as code-hosting sites and tools/site/site.py make it: small letters, a dash
 * for a blank, nothing for signs. */
static void write_anchor(char *out, size_t size, const char *heading)
{
    size_t used = 0;

    for (; *heading && *heading != '\n' && used + 1 < size; heading++) {
        unsigned char c = (unsigned char)*heading;

        if (isalnum(c) || c == '-' || c == '_' || c >= 0x80)
            out[used++] = (char)tolower(c);
        else if (c == ' ')
            out[used++] = '-';
    }
    out[used] = '\0';
}

static bool has_heading(const char *text, const char *anchor)
{
    bool code = false;

    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char own[256];

        code ^= strncmp(line, "```", 3) == 0;
        if (code || *line != '#')
            continue;
        write_anchor(own, sizeof own, line + strspn(line, "# "));
        if (strcmp(own, anchor) == 0)
            return true;
    }
    return false;
}

static void check_target(const char *document, const char *text, char *target)
{
    char path[LINE_SIZE + 8], *anchor = strchr(target, '#');
    const char *folder = strrchr(document, '/') ? "docs/" : "";

    if (strstr(target, "://"))
        return;
    if (anchor)
        *anchor++ = '\0';
    snprintf(path, sizeof path, "%s%s", folder, target);
    if (*target && access(path, R_OK) != 0)
        complain(document, "there is no such file", path);
    else if (anchor) {
        char *other = *target ? folder_text(".", path) : strdup(text);

        if (!has_heading(other, anchor))
            complain(document, "there is no such heading", anchor);
        free(other);
    }
}

static void check_links(const char *document, const char *text)
{
    for (const char *at = text; (at = strstr(at, "](")); at++) {
        char target[LINE_SIZE];

        take(target, sizeof target, at + 2, ")\n");
        check_target(document, text, target);
    }
}

static void test_no_link_is_dead(void **state)
{
    (void)state;
    for_each_document(check_links);
}

/* People fetch them with the source. */
static void test_pictures_are_small(void **state)
{
    const char *source = getenv("CUVETTE_SOURCE");
    size_t all = 0;
    glob_t found;
    (void)state;

    assert_int_equal(chdir(source), 0);
    assert_int_equal(glob("docs/pictures/*.svg", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *text = folder_text(".", found.gl_pathv[i]);

        if (strlen(text) > PICTURE_BYTES)
            fail_msg("%s has %zu bytes", found.gl_pathv[i], strlen(text));
        all += strlen(text);
        free(text);
    }
    assert_in_range(all, 1, PICTURES_BYTES);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_is_known),
        cmocka_unit_test(test_no_link_is_dead),
        cmocka_unit_test(test_pictures_are_small),
    };

    return cmocka_run_group_tests_name("documents", tests, NULL, NULL);
}
