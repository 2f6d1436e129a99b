/* cuvette runs: lists runs, and tells what differs between their recipes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/suggestion.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/runs_json.h"
#include "cli/runs_table.h"
#include "cli/wrap.h"
#include "run/run_differences.h"
#include "run/run_folder.h"
#include "run/run_list.h"
#include "run/run_order.h"

enum { SORT, DIFF, JSON };

static const struct command_option options[] = {
    [SORT] = { "sort", "when|accuracy|name|length", "the newest, most accurate or longest first, or by name" },
    [DIFF] = { "diff", NULL, "which values differ between the recipes of these runs" },
    [JSON] = { "json", NULL, "print JSON for programs" },
    { .name = NULL },
};

struct request {
    const char *folder;    /* of runs; NULL: the usual one */
    const char *words[RECIPE_DIFFERENCES_MOST]; /* of the filter; with --diff, runs */
    int n_words;
    enum run_order order;
    bool diff, json;
};

static bool take_order(struct request *r, const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);

    for (int i = 0; run_order_names[i]; i++) {
        if (strcmp(run_order_names[i], name) == 0) {
            r->order = (enum run_order)i;
            return true;
        }
        suggestion_consider(&likeliest, run_order_names[i]);
    }
    error_set(e, ERROR_USAGE, "runs cannot be sorted by '%.64s', but by %s", name, options[SORT].argument);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static bool take_word(struct request *r, const char *word, struct error *e)
{
    if (r->n_words == RECIPE_DIFFERENCES_MOST)
        return error_set(e, ERROR_USAGE, "more than %d words", RECIPE_DIFFERENCES_MOST);
    r->words[r->n_words++] = word;
    return true;
}

/* The first word can be a folder. */
static void find_folder(struct request *r)
{
    if (r->diff || r->n_words == 0 || !path_is_folder(r->words[0]))
        return;
    r->folder = r->words[0];
    r->n_words--;
    memmove(r->words, r->words + 1, (size_t)r->n_words * sizeof *r->words);
}

static bool parse(int argc, char **argv, struct request *r, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case SORT:
            if (!take_order(r, word, e))
                return false;
            break;
        case DIFF:
            r->diff = true;
            break;
        case JSON:
            r->json = true;
            break;
        case OPTIONS_WORD:
            if (!take_word(r, word, e))
                return false;
            break;
        default:
            return false;
        }
    find_folder(r);
    return true;
}

static bool compare(const struct request *r, struct error *e)
{
    char found[RECIPE_DIFFERENCES_MOST][PATH_SIZE];
    const char *folders[RECIPE_DIFFERENCES_MOST];

    for (int i = 0; i < r->n_words; i++) {
        if (!run_folder_find(r->words[i], found[i], e))
            return false;
        for (size_t end = strlen(found[i]); end > 1 && found[i][end - 1] == '/'; end--)
            found[i][end - 1] = '\0';
        folders[i] = found[i];
    }
    return (r->json ? runs_json_print_differences : runs_table_print_differences)(folders, r->n_words, e);
}

static void keep_fitting(struct run_list *l, const char *filter)
{
    int kept = 0;

    for (int i = 0; i < l->count; i++)
        if (run_order_fits(l->entries[i], filter)) {
            struct run_entry *entry = l->entries[i];

            l->entries[i] = l->entries[kept];
            l->entries[kept++] = entry;
        }
    for (int i = kept; i < l->count; i++)
        free(l->entries[i]);
    l->count = kept;
}

static bool print(const struct run_list *l, const struct request *r, struct error *e)
{
    if (r->json)
        return runs_json_print(l->entries, l->count, e);
    if (l->count > 0)
        runs_table_print(l->entries, l->count, wrap_columns(STDOUT_FILENO));
    else
        puts(r->n_words > 0 ? "no run fits" : "there are no runs");
    return true;
}

static bool list(const struct request *r, struct error *e)
{
    struct run_list l;
    char filter[512] = "";
    bool good;

    for (int i = 0; i < r->n_words; i++)
        text_append(filter, sizeof filter, "%s ", r->words[i]);
    if (!run_list_read(&l, r->folder, e))
        return false;
    keep_fitting(&l, filter);
    run_order_sort(r->order, l.entries, l.count);
    good = print(&l, r, e);
    run_list_free(&l);
    return good;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .order = RUN_ORDER_WHEN };

    return parse(argc, argv, &request, e) && (request.diff ? compare : list)(&request, e);
}

COMMAND(runs) = {
    .name = "runs",
    .arguments = "[DIR] [FILTER...] [OPTION...]\n       cuvette runs --diff RUN RUN... [--json]",
    .help = "list runs, and what differs between their recipes",
    .details = "DIR is a folder of runs. Only runs are listed in which every word of the FILTER\n"
               "is found, in their names, data sets, recipes, devices, states or notes. \"best\"\n"
               "is the highest accuracy of a validation, \"at\" the epoch of it, and \"epochs\" are\n"
               "those that were trained, of those that the recipe wants.",
    .options = options,
    .run = run,
};
