#include "run/figures/comparison_export.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

_Static_assert((int)COMPARISON_FIGURE_COUNT * (int)PICTURE_FORMAT_COUNT <= (int)EXPORT_FILES_MAX,
               "no room for all figures");

static const char *name_of(int position)
{
    return comparison_figures[position]->name;
}

bool comparison_export_parse(struct comparison_choice *choice, const char *text, struct error *e)
{
    *choice = (struct comparison_choice){ 0 };
    return strcmp(text, "all") == 0 ||
           export_parse_list(text, "chart of a comparison", name_of, COMPARISON_FIGURE_COUNT, choice->figures, e);
}

bool comparison_export_has(const struct comparison_choice *choice, enum comparison_figure position,
                           const struct comparison_data *d)
{
    for (int i = 0; i < COMPARISON_FIGURE_COUNT; i++)
        if (choice->figures[i])
            return choice->figures[position];
    return comparison_figures[position]->has(d);
}

static bool write_one(enum comparison_figure position, const struct comparison_data *d, const struct export_wish *wish,
                      const char *into, struct export_files *out, struct error *e)
{
    struct figure figure;
    bool written = comparison_figure_make(position, d, &figure, e) &&
                   export_picture(&figure.picture, comparison_figures[position]->name, wish, into, out, e);

    figure_free(&figure);
    return written;
}

bool comparison_export(const struct comparison_data *d, const struct comparison_choice *choice,
                       const struct export_wish *wish, struct export_files *out, struct error *e)
{
    char plots[PATH_SIZE];
    const char *into = wish->into ? wish->into : plots;
    bool good = export_go_on(wish, e) && path_join(plots, d->comparison->folder, "plots", e) &&
                path_make_folders(into, e);

    out->count = 0;
    for (int i = 0; good && i < COMPARISON_FIGURE_COUNT; i++)
        if (comparison_export_has(choice, (enum comparison_figure)i, d))
            good = write_one((enum comparison_figure)i, d, wish, into, out, e);
    return good;
}

bool comparison_export_read(const struct comparison *c, const struct comparison_choice *choice,
                            const struct export_wish *wish, struct export_files *out, struct error *e)
{
    struct comparison_result *results = memory_new((size_t)c->count, sizeof *results, e);

    out->count = 0;
    if (!results)
        return false;
    for (int i = 0; i < c->count && export_go_on(wish, e); i++)
        comparison_result_read(&results[i], c->entries[i].folder);

    struct comparison_table *table = comparison_table_make(c, results, e);
    bool good = table && comparison_export(&(struct comparison_data){ c, results, table }, choice, wish, out, e);

    comparison_table_free(table);
    for (int i = 0; i < c->count; i++)
        comparison_result_free(&results[i]);
    free(results);
    return good;
}
