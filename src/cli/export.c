/* cuvette export: draws a run's charts as PNG. */
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "run/export.h"
#include "run/run_folder.h"

enum { INTO };

static const struct command_option options[] = {
    [INTO] = { "into", "DIR", "write there instead of the run's plots folder" },
    { .name = NULL },
};

static void print_path(const char *path)
{
    char shown[PATH_SIZE];

    text_sanitise(shown, sizeof shown, path);
    puts(shown);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word, *name = NULL, *into = NULL;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case INTO:
            into = word;
            break;
        case OPTIONS_WORD:
            if (name)
                return options_surplus(word, e);
            name = word;
            break;
        default:
            return false;
        }
    if (!name)
        return error_set(e, ERROR_USAGE, "which run? Give its folder or its number");

    char folder[PATH_SIZE];
    struct export_files files;
    if (!run_folder_find(name, folder, e) || !export_charts(folder, into, &files, e))
        return false;
    for (int i = 0; i < CHART_COUNT; i++)
        print_path(files.path[i]);
    return true;
}

static void print_charts(FILE *out)
{
    for (int i = 0; i < CHART_COUNT; i++) {
        char file[64] = "";

        text_append(file, sizeof file, "%s.png", chart_kinds[i]->name);
        fprintf(out, "  %-16s %s\n", file, chart_kinds[i]->label);
    }
}

COMMAND(export) = {
    .name = "export",
    .arguments = "RUN [--into DIR]",
    .help = "draw the charts of a run as PNG",
    .details = "RUN is the folder of a run, its name or its number. The paths of the charts are\n"
               "printed:",
    .print_more = print_charts,
    .options = options,
    .run = run,
};
