/* cuvette model: shows what a model file holds, and writes a model in another format. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/model_info.h"
#include "cli/network_options.h"
#include "cli/options.h"
#include "run/model/model_format.h"
#include "run/named_model.h"

enum { JSON = MODEL_OPTIONS };

enum { WORDS_MAX = 3 };

static const struct command_option options[] = {
    MODEL_OPTION_ROWS[JSON] = { "json", NULL, "info: print one JSON object for programs" },
    { .name = NULL },
};

struct request {
    const char *word[WORDS_MAX]; /* the action and its arguments */
    int words;
    bool json;
    struct network_options model;
};

static bool info(const struct request *r, const char *file, const struct stored_model *m, struct error *e)
{
    return model_info_print(file, m, r->json, e);
}

static bool convert(const struct request *r, const char *file, const struct stored_model *m, struct error *e)
{
    const char *to = r->word[2];
    char from[PATH_SIZE];

    if (r->json)
        return error_set(e, ERROR_USAGE, "convert has no option --json; see --help");
    if (!model_format_write(to, m, e))
        return false;
    text_sanitise(from, sizeof from, file);
    printf("%s: %s, made from %s\n", to, model_format_of_name(to, e)->name, from);
    return true;
}

static const struct action {
    const char *name, *arguments;
    int words;
    bool (*run)(const struct request *r, const char *file, const struct stored_model *m, struct error *e);
} actions[] = {
    { "info", " RUN|MODEL", 2, info },
    { "convert", " RUN|MODEL TO", 3, convert },
};

static void tell_odd(const struct stored_model *m)
{
    const size_t odd = stored_model_not_finite(m);

    if (odd > 0)
        fprintf(stderr, "note: %zu of its weights are not finite: its training has diverged, or it is damaged\n", odd);
}

static bool run_on_model(const struct action *action, struct request *r, struct error *e)
{
    struct stored_model m;
    char file[PATH_SIZE];

    /* What cannot be written is told before anything is read. */
    if (action->words == 3 && !model_format_of_name(r->word[2], e))
        return false;
    if (!named_model_read(r->word[1], r->model.network.best, &r->model.network.wish, file, &m, e))
        return false;
    network_options_tell(&m.moment, &m.assumed);
    tell_odd(&m);
    bool fine = action->run(r, file, &m, e);

    stored_model_free(&m);
    return fine;
}

static bool run_action(struct request *r, struct error *e)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (r->words == 0 || strcmp(r->word[0], actions[i].name) != 0)
            continue;
        if (r->words > actions[i].words)
            return options_surplus(r->word[actions[i].words], e);
        if (r->words < actions[i].words)
            return error_set(e, ERROR_USAGE, "usage: cuvette model %s%s", actions[i].name, actions[i].arguments);
        return run_on_model(&actions[i], r, e);
    }
    return error_set(e, ERROR_USAGE, "say what to do: info or convert");
}

static bool take_word(struct request *r, const char *word, struct error *e)
{
    if (r->words == WORDS_MAX)
        return options_surplus(word, e);
    r->word[r->words++] = word;
    return true;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    struct request r = { .words = 0 };
    const char *text;

    for (int option; (option = options_next(&words, &text, e)) != OPTIONS_END;)
        switch (option) {
        case JSON:
            r.json = true;
            break;
        case OPTIONS_WORD:
            if (!take_word(&r, text, e))
                return false;
            break;
        default:
            if (!network_options_take(&r.model, option, text, e))
                return false;
            break;
        }
    return run_action(&r, e);
}

static void print_formats(FILE *out)
{
    for (int i = 0; model_formats[i]; i++)
        fprintf(out, "  %-13s %s%s\n", model_formats[i]->extension, model_formats[i]->help,
                model_formats[i]->read ? "" : "; only written");
}

COMMAND(model) = {
    .name = "model",
    .arguments = "info RUN|MODEL | convert RUN|MODEL TO [OPTION...]",
    .help = "show what a model file holds, or write it in another format",
    .details = "info shows layers, shapes, parameters, normalisation and classes of a model, and\n"
               "who wrote it; convert writes it to the file TO, in the format that its extension\n"
               "asks for. RUN is the folder of a run, its name or its number; MODEL a file of\n"
               "one of these formats:",
    .print_more = print_formats,
    .options = options,
    .run = run,
};
