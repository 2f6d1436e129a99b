/* What completes command lines: the words that the program knows, and the scripts in real shells, where these are. */
#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/next_words.h"
#include "cli/usage.h"
#include "cli/word_kinds.h"
#include "host/cores.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/screen.h"

/* What can come last of the words, which end with NULL; free() it. The folder is the home. */
static char *ask(const char *folder, const char *const words[])
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    int count = 0;

    assert_non_null(out);
    setenv("CUVETTE_HOME", folder, 1);
    while (words[count])
        count++;
    next_words_print(words, count, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* A line that is the word alone or the word and its help. */
static bool offers_word(const char *lines, const char *word)
{
    size_t length = strlen(word);

    for (const char *line = lines; *line; line += strcspn(line, "\n") + 1)
        if (strncmp(line, word, length) == 0 && (line[length] == '\t' || line[length] == '\n'))
            return true;
    return false;
}

static void assert_offers(const char *folder, const char *const words[], const char *word, bool wanted)
{
    char *lines = ask(folder, words);

    if (offers_word(lines, word) != wanted)
        fail_msg("'%s' is %s:\n%s", word, wanted ? "not offered, but" : "offered", lines);
    free(lines);
}

#define OFFERS(word, ...)     assert_offers(*state, (const char *const[]){ __VA_ARGS__, NULL }, word, true)
#define OFFERS_NOT(word, ...) assert_offers(*state, (const char *const[]){ __VA_ARGS__, NULL }, word, false)

static void know_part(void *context, const char *part, size_t length)
{
    if (!word_kind_find(part, length) && !usage_is_literal(part, length))
        fail_msg("%s: word_kinds.c knows nothing of '%.*s'", (const char *)context, (int)length, part);
}

static void know_options(const struct command *command)
{
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (o->argument && !word_kind_find(o->argument, strlen(o->argument)))
            usage_next(o->argument, NULL, 0, know_part, (void *)o->name);
}

static void test_all_arguments_of_all_commands_are_known(void **state)
{
    static const char *const anything[] = { "x", "x", "x" };
    (void)state;

    know_options(&command_workbench);
    for (int i = 0; commands[i]; i++) {
        know_options(commands[i]);
        for (int n = 0; n <= 3; n++)
            usage_next(commands[i]->arguments, anything, n, know_part, (void *)commands[i]->name);
    }
}

static void test_commands_and_options_are_offered(void **state)
{
    for (int i = 0; commands[i]; i++) {
        OFFERS(commands[i]->name, "");
        for (const struct command_option *o = commands[i]->options; o && o->name; o++) {
            char word[64];

            snprintf(word, sizeof word, "--%s", o->name);
            OFFERS(word, commands[i]->name, word);
        }
    }
    OFFERS("--version", "--v");
    OFFERS_NOT("train", "r");
    OFFERS_NOT("--version", "train", "--v");
    OFFERS_NOT("--help", "train", "--", "--h");
}

static void test_an_option_of_an_action_comes_with_that_alone(void **state)
{
    OFFERS("import", "data", "");
    OFFERS("--strict", "data", "import", "--");
    OFFERS_NOT("--strict", "data", "list", "--");
    OFFERS("--json", "data", "list", "--");
    OFFERS("--best", "model", "convert", "--");
}

static void test_values_of_options_are_offered(void **state)
{
    OFFERS("lenet5", "train", "l");
    OFFERS(":files .ini", "train", "");
    OFFERS("cpu", "train", "--device", "");
    OFFERS("--device=cpu", "train", "--device=c");
    OFFERS("worst", "inspect", "1", "--order", "");
    OFFERS("loss,accuracy", "export", "1", "--what", "loss,acc");
    OFFERS("pmi2", "sbatch", "--mpi", "");
    OFFERS(":files .h5", "data", "import", "digits", "");
    OFFERS(":folders", "train", "--run", "");
    OFFERS_NOT("lenet5", "train", "--run", "");
    OFFERS("layers", "help", "l");
}

static void test_every_key_of_a_recipe_is_offered_with_its_values(void **state)
{
    for (int s = 0; s < RECIPE_SECTION_COUNT; s++)
        for (int i = 0; i < recipe_sections[s].fields->count; i++) {
            const struct field *f = &recipe_sections[s].fields->fields[i];
            char key[128], setting[192];

            snprintf(key, sizeof key, "%s.%s=", recipe_sections[s].name, f->name);
            if (i == 0)
                OFFERS(key, "train", "--set", recipe_sections[s].name);
            if (f->kind != FIELD_CHOICE)
                continue;
            snprintf(setting, sizeof setting, "%s%s", key, f->choices[1]);
            OFFERS(setting, "train", "--set", key);
        }
    OFFERS("--set=training.batch=", "train", "--set=training.b");
    OFFERS("training.precision=fp32,bf16", "compare", "--vary", "training.precision=fp32,");
}

static void test_runs_and_data_sets_are_offered_by_name(void **state)
{
    folder_put(*state, "runs/0007-lenet5/recipe.ini", "");
    folder_put(*state, "datasets/my-cells/a/1.png", "");
    OFFERS("0007-lenet5", "resume", "");
    OFFERS("0007-lenet5", "export", "0006-x", "");
    OFFERS("my-cells", "train", "--dataset", "my");
    OFFERS("data.dataset=my-cells", "train", "--set", "data.dataset=");
    OFFERS(":files", "train", "--set", "data.dataset=");
    OFFERS_NOT("0007-lenet5", "resume", "0007-lenet5", "0");
}

/* A user's list of data sets may be a stranger's, and shells show the help. */
static void test_no_help_writes_to_the_terminal(void **state)
{
    char *lines;

    folder_put(*state, "config/datasets.ini",
               "[cells]\nhelp = blood \033]0;own\007 cells\nmirror = https://example.org/\n"
               "file = cells.zip 10 sha256:0000000000000000000000000000000000000000000000000000000000000000\n");
    lines = ask(*state, (const char *const[]){ "data", "fetch", "ce", NULL });
    assert_string_equal(lines, "cells\tblood ?]0;own? cells\n");
    free(lines);
}

static bool has_shell(const char *path)
{
    if (access(path, X_OK) == 0)
        return true;
    print_message("there is no %s: its script is not tried\n", path);
    return false;
}

/* With the program in a folder of the search path, as "cuvette". */
static const char *search_path(const char *folder)
{
    static char path[2 * PATH_SIZE];
    char *binary = realpath(getenv("CUVETTE_BINARY"), NULL);

    assert_non_null(binary);
    folder_put(folder, "bin/x", "");
    if (access(folder_path(folder, "bin/cuvette"), F_OK) != 0)
        assert_int_equal(symlink(binary, folder_path(folder, "bin/cuvette")), 0);
    free(binary);
    snprintf(path, sizeof path, "PATH=%s/bin:%s", folder, getenv("PATH"));
    return path;
}

/* A line with a tabulator in it, and what stands on the screen then. */
struct typing {
    const char *keys, *becomes;
};

static const struct typing typings[] = {
    { "cuvette sba\t--par\t", "cuvette sbatch --partition" },
    { "cuvette train --set training.epoc\t1", "training.epochs=1" },
    { "cuvette train my\\ re\t", "cuvette train my\\ recipe.ini" },
    { "cuvette train --set data.dataset=my\\ re\t", "data.dataset=my\\ recipe.ini" },
};

/* The line is taken back by Ctrl-U before the next. */
static void type(struct screen *s, const char *keys, const char *becomes)
{
    screen_send(s, keys);
    screen_wait_text(s, becomes);
    screen_send(s, "\025");
    screen_wait_no_text(s, becomes);
}

static void type_all(struct screen *s)
{
    const int cores = cores_count().usable;
    char replicas[32];

    for (size_t i = 0; i < sizeof typings / sizeof *typings; i++)
        type(s, typings[i].keys, typings[i].becomes);
    snprintf(replicas, sizeof replicas, "cpu:2x%d", cores / 2);
    if (cores > 1)
        type(s, "cuvette train --device cpu:2x\t;", replicas);
}

static void type_in(const char *folder, const char *const arguments[], const char *begin)
{
    char home[PATH_SIZE + 16];
    const char *const environment[] = { home, search_path(folder), "PS1=ready> ", NULL };
    struct screen *s;

    snprintf(home, sizeof home, "CUVETTE_HOME=%s", folder);
    folder_put(folder, "my recipe.ini", "");
    folder_put(folder, "my other.txt", "");
    s = screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
    screen_wait_text(s, "ready>");
    screen_send(s, begin);
    screen_wait_text(s, "tabs work");
    type_all(s);
    screen_close(s);
}

static void test_bash_completes(void **state)
{
    static const char *const bash[] = { "/bin/bash", "--norc", "-i", NULL };
    char begin[PATH_SIZE + 128];

    if (!has_shell(bash[0]))
        skip();
    snprintf(begin, sizeof begin, "cd '%s'; source <(cuvette completions bash); clear; echo tabs 'work'\r",
             (const char *)*state);
    type_in(*state, bash, begin);
}

static void test_zsh_completes(void **state)
{
    static const char *const zsh[] = { "/usr/bin/zsh", "-f", "-i", NULL };
    char begin[PATH_SIZE + 128];

    if (!has_shell(zsh[0]))
        skip();
    snprintf(begin, sizeof begin,
             "cd '%s'; autoload compinit; compinit -u -D; source <(cuvette completions zsh); clear; echo tabs 'work'\r",
             (const char *)*state);
    type_in(*state, zsh, begin);
}

static void test_fish_completes(void **state)
{
    static const char script[] = "cuvette completions fish | source; complete -C 'cuvette sbatch --par'; "
                                 "complete -C 'cuvette train --set training.batc'; complete -C 'cuvette train my'";
    static const char *const argv[] = { "/usr/bin/fish", "--no-config", "-c", script, NULL };
    char home[PATH_SIZE + 16];
    const char *const environment[] = { home, search_path(*state), NULL };
    struct process *p;

    if (!has_shell(argv[0]))
        skip();
    snprintf(home, sizeof home, "HOME=%s", (const char *)*state);
    folder_put(*state, "my recipe.ini", "");
    folder_put(*state, "my other.txt", "");
    p = process_start(argv, *state, environment);
    process_finish(p);
    assert_succeeded(p);
    assert_true(offers_word(p->out, "--partition"));
    assert_true(offers_word(p->out, "training.batch="));
    assert_true(offers_word(p->out, "my recipe.ini"));
    assert_false(offers_word(p->out, "my other.txt"));
    process_free(p);
}

static void test_a_shell_that_is_not_known_is_refused(void **state)
{
    (void)state;
    assert_refused(process_cuvette(NULL, "completions", "tcsh", NULL), 2, "bash, zsh, fish");
    assert_refused(process_cuvette(NULL, "completions", NULL), 2, "which shell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_arguments_of_all_commands_are_known),
        cmocka_unit_test_setup_teardown(test_commands_and_options_are_offered, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_an_option_of_an_action_comes_with_that_alone, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(test_values_of_options_are_offered, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_every_key_of_a_recipe_is_offered_with_its_values, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(test_runs_and_data_sets_are_offered_by_name, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_no_help_writes_to_the_terminal, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_bash_completes, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_zsh_completes, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_fish_completes, folder_setup, folder_teardown),
        cmocka_unit_test(test_a_shell_that_is_not_known_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
