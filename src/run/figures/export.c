#include "run/figures/export.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/memory.h"
#include "base/text.h"
#include "plot/chart_page.h"

static bool any(const bool *chosen, int count)
{
    for (int i = 0; i < count; i++)
        if (chosen[i])
            return true;
    return false;
}

struct picture_form export_form(const struct export_wish *wish)
{
    struct picture_form form = wish->form;

    if (form.width == 0) {
        form.width = CHART_WIDTH;
        form.height = CHART_HEIGHT;
    }
    if (!(form.dpi > 0))
        form.dpi = chart_page_dpi(form.width, form.height);
    return form;
}

bool export_go_on(const struct export_wish *wish, struct error *e)
{
    return !wish->stopped || !*wish->stopped || error_set(e, ERROR_STOPPED, "the charts are no longer wanted");
}

bool export_has(const struct export_wish *wish, enum figure_position position, const struct run_set *set)
{
    return any(wish->figures, FIGURE_COUNT) ? wish->figures[position] : figure_is_there(position, set);
}

void export_report_formats(struct export_wish *wish)
{
    const bool usual = !any(wish->formats, PICTURE_FORMAT_COUNT);

    wish->formats[PICTURE_PNG] |= usual;
    wish->formats[PICTURE_CSV] |= usual;
    wish->formats[PICTURE_SVG] = true;
}

/* Drawing takes longest: whoever no longer waits for it finds no file that was begun late. */
static bool write_picture(const struct picture *p, enum picture_format format, const struct export_wish *wish,
                          const char *path, struct error *e)
{
    const struct picture_form form = export_form(wish);
    size_t size;
    char *bytes = export_go_on(wish, e) ? picture_bytes(p, format, &form, &size, e) : NULL;
    bool written = bytes && export_go_on(wish, e) && atomic_file_write(path, bytes, size, e);

    free(bytes);
    return written;
}

bool export_picture(const struct picture *p, const char *name, const struct export_wish *wish, const char *into,
                    struct export_files *out, struct error *e)
{
    const bool usual = !any(wish->formats, PICTURE_FORMAT_COUNT);

    for (int format = 0; format < PICTURE_FORMAT_COUNT; format++) {
        char file[64] = "";

        if (usual ? format != PICTURE_PNG : !wish->formats[format])
            continue;
        text_append(file, sizeof file, "%s.%s", name, picture_format_names[format]);
        if (!path_join(out->path[out->count], into, file, e) ||
            !write_picture(p, (enum picture_format)format, wish, out->path[out->count], e))
            return false;
        out->count++;
    }
    return true;
}

static bool write_figure(enum figure_position position, const struct run_set *set, const struct export_wish *wish,
                         const char *into, struct export_files *out, struct error *e)
{
    struct figure figure;
    bool written = figure_make(position, set, &wish->curves, &figure, e) &&
                   export_picture(&figure.picture, figure_name(position), wish, into, out, e);

    figure_free(&figure);
    return written;
}

bool export_figures(const struct run_set *set, const struct export_wish *wish, struct export_files *out,
                    struct error *e)
{
    char plots[PATH_SIZE];

    out->count = 0;

    const char *into = wish->into ? wish->into : plots;
    bool good = export_go_on(wish, e) && path_join(plots, set->runs[0].folder, "plots", e) &&
                path_make_folders(into, e);

    for (int i = 0; good && i < FIGURE_COUNT; i++)
        if (export_has(wish, (enum figure_position)i, set))
            good = write_figure((enum figure_position)i, set, wish, into, out, e);
    return good;
}

bool export_run(const char *run_folder, const struct export_wish *wish, struct export_files *out, struct error *e)
{
    struct run_data *d = memory_new(1, sizeof *d, e);
    const struct run_set set = { 1, d };
    bool read = d && run_data_read(d, run_folder, e), written = read && export_figures(&set, wish, out, e);

    if (read)
        run_data_free(d);
    free(d);
    return written;
}

bool export_parse_list(const char *text, const char *what, const char *(*name_of)(int position), int count,
                       bool *chosen, struct error *e)
{
    char known[256] = "", word[32];

    for (int i = 0; i < count; i++)
        text_append(known, sizeof known, "%s%s", i > 0 ? ", " : "", name_of(i));
    for (const char *at = text;; at += strlen(word) + 1) {
        int found = -1;

        snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
        for (int i = 0; i < count; i++)
            if (strcmp(word, name_of(i)) == 0)
                found = i;
        if (found < 0)
            return error_set(e, ERROR_USAGE, "there is no %s '%s'; there are %s", what, word, known);
        chosen[found] = true;
        if (at[strlen(word)] != ',')
            return true;
    }
}

static const char *name_of_figure(int position)
{
    return figure_name((enum figure_position)position);
}

static const char *name_of_format(int position)
{
    return picture_format_names[position];
}

bool export_parse_figures(struct export_wish *wish, const char *text, struct error *e)
{
    memset(wish->figures, 0, sizeof wish->figures);
    return strcmp(text, "all") == 0 || export_parse_list(text, "chart", name_of_figure, FIGURE_COUNT, wish->figures, e);
}

bool export_parse_formats(struct export_wish *wish, const char *text, struct error *e)
{
    memset(wish->formats, 0, sizeof wish->formats);
    return export_parse_list(text, "format", name_of_format, PICTURE_FORMAT_COUNT, wish->formats, e);
}

bool export_parse_size(struct export_wish *wish, const char *text, struct error *e)
{
    static const struct {
        const char *name;
        double inches; /* 0: pixels */
    } units[] = { { "", 0 }, { "px", 0 }, { "mm", 1 / 25.4 }, { "cm", 1 / 2.54 }, { "in", 1 } };
    const double dpi = wish->form.dpi > 0 ? wish->form.dpi : CHART_DPI;
    double width, height;
    char unit[4] = "";

    if (sscanf(text, "%lfx%lf%3s", &width, &height, unit) >= 2)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            const double scale = units[i].inches > 0 ? units[i].inches * dpi : 1;

            if (strcmp(unit, units[i].name) != 0 || !(width > 0 && width * scale <= PICTURE_SIDE_MAX) ||
                !(height > 0 && height * scale <= PICTURE_SIDE_MAX))
                continue;
            wish->form.width = (int)lround(width * scale);
            wish->form.height = (int)lround(height * scale);
            if (units[i].inches > 0)
                wish->form.dpi = dpi;
            if (wish->form.width >= CHART_SIDE_MIN && wish->form.height >= CHART_SIDE_MIN)
                return true;
        }
    return error_set(e, ERROR_USAGE,
                     "a size is like 1600x1000 (pixels) or 160x100mm, cm or in, of %d to %d pixels a "
                     "side; '%.40s' is not",
                     CHART_SIDE_MIN, PICTURE_SIDE_MAX, text);
}
