#include "cli/export_comparison.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/compare_train.h"
#include "run/compare/comparison_file.h"
#include "run/figures/comparison_report.h"
#include "run/run_folder.h"

bool export_comparison_find(const char *word, char folder[PATH_SIZE])
{
    char path[PATH_SIZE];
    struct error ignored;

    return (path_file_in(path, word, COMPARISON_FILE) || !run_folder_find(word, folder, &ignored)) &&
           comparison_find(word, folder);
}

static void print_path(const char *path)
{
    char shown[PATH_SIZE];

    text_sanitise(shown, sizeof shown, path);
    puts(shown);
}

static bool write_files(const struct comparison_data *d, const char *what, bool report,
                        const struct export_wish *wish, struct error *e)
{
    struct comparison_choice choice = { 0 };
    struct export_files *files = memory_new(1, sizeof *files, e);
    char page[PATH_SIZE];
    bool good = files && (!what || comparison_export_parse(&choice, what, e)) &&
                (report ? comparison_report(d, &choice, wish, page, e) : comparison_export(d, &choice, wish, files, e));

    if (good && report)
        print_path(page);
    for (int i = 0; files && i < files->count; i++)
        print_path(files->path[i]);
    free(files);
    return good;
}

bool export_comparison(const char *folder, const char *what, bool report, const struct export_wish *wish,
                       struct error *e)
{
    struct comparison *c = comparison_open(folder, e);
    struct comparison_result *results = c ? memory_new((size_t)c->count, sizeof *results, e) : NULL;
    struct comparison_table *t = NULL;
    bool good = false;

    if (results) {
        compare_train_read(c, results);
        t = comparison_table_make(c, results, e);
    }
    if (t)
        good = write_files(&(struct comparison_data){ c, results, t }, what, report, wish, e);
    comparison_table_free(t);
    for (int i = 0; results && i < c->count; i++)
        comparison_result_free(&results[i]);
    free(results);
    comparison_free(c);
    return good;
}

void export_comparison_charts(FILE *out)
{
    for (int i = 0; i < COMPARISON_FIGURE_COUNT; i++)
        fprintf(out, "  %-15s %s\n", comparison_figures[i]->name, comparison_figures[i]->help);
}
