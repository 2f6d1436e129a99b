#include "cli/next_words.h"

#include <string.h>

#include "base/path.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "cli/word_kinds.h"

enum { PLACED_MAX = 64 };

/* A command line up to the word that is being typed. */
struct line {
    const struct command *command;        /* command_workbench where there is no subcommand */
    const struct command_option *waiting; /* for its value, which is the word */
    const char *placed[PLACED_MAX];       /* words that are no options */
    int n_placed;
    bool only_words; /* behind "--" */
};

static const struct command_option *find_option(const struct command *command, const char *word)
{
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (strcmp(o->name, word + 2) == 0)
            return o;
    return NULL;
}

static void take(struct line *l, const char *word)
{
    const struct command_option *option;

    if (l->waiting) {
        l->waiting = NULL;
    } else if (!l->only_words && strcmp(word, "--") == 0) {
        l->only_words = true;
    } else if (!l->only_words && strncmp(word, "--", 2) == 0) {
        option = find_option(l->command, word);
        l->waiting = option && option->argument ? option : NULL;
    } else if (l->n_placed < PLACED_MAX) {
        l->placed[l->n_placed++] = word;
    }
}

static void print_part(void *context, const char *part, size_t length)
{
    struct word_begun *w = context;
    const struct word_kind *kind = word_kind_find(part, length);
    char literal[64];

    if (kind) {
        word_kind_print(kind, w);
    } else if (usage_is_literal(part, length)) {
        snprintf(literal, sizeof literal, "%.*s", (int)length, part);
        word_begun_add(w, literal, "");
    }
}

/* The value of an option, whose name has a kind as a whole or in its parts. */
static void print_value(const struct command_option *option, struct word_begun *w)
{
    const char *argument = option->argument;
    const struct word_kind *kind = word_kind_find(argument, strlen(argument));

    if (kind)
        word_kind_print(kind, w);
    else
        usage_next(argument, NULL, 0, print_part, w);
}

/* Behind "--dataset=", or behind "--dataset" and a blank. */
static bool print_values(const struct line *l, const char *word, struct word_begun *w)
{
    const char *sign = strchr(word, '=');
    char name[64], before[PATH_SIZE];
    const struct command_option *option = l->waiting;

    if (!option && sign && !l->only_words && strncmp(word, "--", 2) == 0) {
        snprintf(name, sizeof name, "%.*s", (int)(sign - word), word);
        option = find_option(l->command, name);
        snprintf(before, sizeof before, "%.*s", (int)(sign + 1 - word), word);
        w->before = before;
        w->typed = sign + 1;
        if (!option || !option->argument)
            return true;
    }
    if (option)
        print_value(option, w);
    w->before = "";
    return option != NULL;
}

struct action {
    const char *name;
    size_t length;
    bool known;
};

static void look_for_action(void *context, const char *part, size_t length)
{
    struct action *a = context;

    a->known |= length == a->length && memcmp(part, a->name, length) == 0;
}

/* The help of an option that is for some actions of its command alone begins with these: "info, list: print JSON". */
static bool is_for(const struct line *l, const struct command_option *option)
{
    const char *colon = strstr(option->help, ": ");
    bool all_known = colon && l->n_placed > 0, chosen = false;

    for (const char *at = option->help; all_known && at < colon;) {
        size_t length = strcspn(at, ",:");
        struct action a = { .name = at, .length = length };

        usage_next(l->command->arguments, NULL, 0, look_for_action, &a);
        all_known = a.known && usage_is_literal(at, length);
        chosen |= strlen(l->placed[0]) == length && memcmp(l->placed[0], at, length) == 0;
        at += length + 1;
        at += strspn(at, " ");
    }
    return !all_known || chosen;
}

static void print_options(const struct line *l, struct word_begun *w)
{
    char word[80];

    for (const struct command_option *o = l->command->options; o && o->name; o++) {
        snprintf(word, sizeof word, "--%s", o->name);
        if (is_for(l, o))
            word_begun_add(w, word, o->help);
    }
    word_begun_add(w, "--help", "show what it does and its options");
    if (l->command == &command_workbench)
        word_begun_add(w, "--version", "the version");
}

void next_words_print(const char *const words[], int count, FILE *out)
{
    const char *typed = words[count - 1];
    const struct command *command = count > 1 ? command_find(words[0]) : NULL;
    struct line l = { .command = command ? command : &command_workbench };
    struct word_begun w = { .out = out, .before = "", .typed = typed };

    for (int i = command ? 1 : 0; i < count - 1; i++)
        take(&l, words[i]);
    if (print_values(&l, typed, &w))
        return;
    if (typed[0] == '-' && !l.only_words) {
        print_options(&l, &w);
        return;
    }
    if (!command && count == 1)
        word_kind_print(word_kind_find("COMMAND", strlen("COMMAND")), &w);
    else
        usage_next(l.command->arguments, l.placed, l.n_placed, print_part, &w);
    if (w.printed == 0 && typed[0] == '\0' && !l.only_words)
        print_options(&l, &w);
}
