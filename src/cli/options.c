#include "cli/options.h"

#include <string.h>

#include "base/limits.h"
#include "base/suggestion.h"
#include "cli/command.h"

struct options options_begin(const struct command_option *table, int argc, char **argv)
{
    return (struct options){ .table = table, .argc = argc, .position = 1, .argv = argv };
}

static int find(const struct command_option *table, const char *name, size_t length)
{
    for (int i = 0; table && table[i].name; i++)
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
            return i;
    return OPTIONS_ERROR;
}

static bool unknown(const struct options *o, const char *name, size_t length, struct error *e)
{
    char word[64];
    size_t kept = size_min(length, sizeof word - 1);

    memcpy(word, name, kept);
    word[kept] = '\0';

    struct suggestion likeliest = suggestion_begin(word);
    for (const struct command_option *option = o->table; option && option->name; option++)
        suggestion_consider(&likeliest, option->name);
    suggestion_consider(&likeliest, "help");
    suggestion_consider(&likeliest, "version");
    error_set(e, ERROR_USAGE, "there is no option --%s%s", word, likeliest.name ? "" : "; see --help");
    suggestion_append(&likeliest, "--", e->text, sizeof e->text);
    return false;
}

/* `name` is what follows the dashes: "epochs" or "epochs=3". */
static int take(struct options *o, const char *name, const char **value, struct error *e)
{
    size_t length = strcspn(name, "=");
    bool has_value = name[length] == '=';
    int position = find(o->table, name, length);

    if (position == OPTIONS_ERROR) {
        unknown(o, name, length, e);
        return OPTIONS_ERROR;
    }

    const struct command_option *option = &o->table[position];
    *value = has_value ? name + length + 1 : NULL;
    if (!option->argument && has_value) {
        error_set(e, ERROR_USAGE, "--%s takes no value", option->name);
        return OPTIONS_ERROR;
    }
    if (option->argument && !has_value) {
        if (o->position >= o->argc) {
            error_set(e, ERROR_USAGE, "--%s needs a value: %s", option->name, option->argument);
            return OPTIONS_ERROR;
        }
        *value = o->argv[o->position++];
    }
    return position;
}

int options_next(struct options *o, const char **value, struct error *e)
{
    if (o->position >= o->argc)
        return OPTIONS_END;

    const char *word = o->argv[o->position++];
    if (!o->only_words && strcmp(word, "--") == 0) {
        o->only_words = true;
        return options_next(o, value, e);
    }
    if (o->only_words || word[0] != '-' || word[1] == '\0') {
        *value = word;
        return OPTIONS_WORD;
    }
    if (word[1] != '-') {
        error_set(e, ERROR_USAGE, "there is no option %s; options begin with two dashes, see --help", word);
        return OPTIONS_ERROR;
    }

    return take(o, word + 2, value, e);
}

bool options_word(const char **taken, const char *word, struct error *e)
{
    if (*taken)
        return options_surplus(word, e);
    *taken = word;
    return true;
}

bool options_surplus(const char *word, struct error *e)
{
    return error_set(e, ERROR_USAGE, "unexpected argument '%s'; see --help", word);
}
