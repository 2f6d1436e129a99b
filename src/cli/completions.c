/* cuvette completions: the script that completes its command lines in a shell, and what that asks. */
#include <string.h>
#include <sys/time.h>

#include "base/asset.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/next_words.h"
#include "cli/options.h"

enum { WORDS };

static const struct command_option options[] = {
    [WORDS] = { "words", NULL, "for these scripts: print what can come last of the words behind --" },
    { .name = NULL },
};

static const char *const shells[] = {
#define SHELL_ROW(name) #name,
    ASSET_COMPLETIONS(SHELL_ROW)
#undef SHELL_ROW
};

static bool print_script(const char *shell, struct error *e)
{
    char name[64], known[64] = "";
    const struct asset *script;

    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        text_append(known, sizeof known, "%s%s", i ? ", " : "", shells[i]);
        if (strcmp(shells[i], shell) != 0)
            continue;
        snprintf(name, sizeof name, "completions/cuvette.%s", shell);
        script = asset_find(name);
        return (script && fwrite(script->bytes, 1, script->size, stdout) == script->size) ||
               error_set_errno(e, "cannot print the script");
    }
    return error_set(e, ERROR_USAGE, "there is no script for '%.32s', but for %s", shell, known);
}

/* Who presses a key does not wait for a folder that does not answer: SIGALRM ends the program, and what was printed
 * stays. */
static bool print_words(int argc, char **argv)
{
    const struct itimerval soon = { .it_value = { .tv_sec = 2 } };
    const char *const nothing = "";

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    setitimer(ITIMER_REAL, &soon, NULL);
    if (argc > 0)
        next_words_print((const char *const *)argv, argc, stdout);
    else
        next_words_print(&nothing, 1, stdout);
    return true;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word, *shell = NULL;
    bool asks = false;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        if (option == WORDS)
            asks = true;
        else if (option == OPTIONS_WORD && asks)
            return print_words(argc - words.position + 1, argv + words.position - 1);
        else if (option == OPTIONS_ERROR || !options_word(&shell, word, e))
            return false;
    if (asks)
        return print_words(0, NULL);
    return shell ? print_script(shell, e) : error_set(e, ERROR_USAGE, "for which shell: bash, zsh or fish?");
}

COMMAND(completions) = {
    .name = "completions",
    .arguments = "bash|zsh|fish",
    .help = "print the script that completes commands in a shell",
    .details = "Where cuvette was installed with its completions they are there already. Else, in\n"
               "~/.bashrc:                      source <(cuvette completions bash)\n"
               "in ~/.zshrc, behind compinit:   source <(cuvette completions zsh)\n"
               "and for fish, once:             cuvette completions fish \\\n"
               "                                    > ~/.config/fish/completions/cuvette.fish",
    .options = options,
    .run = run,
};
