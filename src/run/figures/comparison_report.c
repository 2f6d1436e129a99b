#include "run/figures/comparison_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/memory.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "plot/chart_page.h"
#include "run/figures/report_facts.h"
#include "run/figures/report_format.h"

enum { CELL_SIZE = 128 };

struct report {
    const struct comparison_data *data;
    const struct export_wish *wish;
    char folder[PATH_SIZE];
    char *svg[COMPARISON_FIGURE_COUNT];
    size_t svg_size[COMPARISON_FIGURE_COUNT];
    char *recipe; /* its text; NULL: the runs have none in common */
    char *command;
};

static void put_label(const struct comparison_row *r, char *out)
{
    text_copy(out, CELL_SIZE, r->label);
}

static void put_epochs(const struct comparison_row *r, char *out)
{
    text_append(out, CELL_SIZE, "%d%s", r->epochs, r->dropped ? ", stopped early" : r->waits ? ", not all begun" : "");
}

static void put_epoch(const struct comparison_row *r, char *out)
{
    if (r->epoch_seconds.count > 0)
        text_append(out, CELL_SIZE, "%.3g", r->epoch_seconds.median);
    if (r->epoch_seconds.count > 1)
        text_append(out, CELL_SIZE, " (%.3g to %.3g)", r->epoch_seconds.least, r->epoch_seconds.most);
}

static void put_speed(const struct comparison_row *r, char *out)
{
    if (r->images_per_second.count > 0)
        text_append(out, CELL_SIZE, "%.0f", r->images_per_second.median);
}

static void put_speedup(const struct comparison_row *r, char *out)
{
    if (r->speedup > 0)
        text_append(out, CELL_SIZE, "%.3g", r->speedup);
}

static void put_accuracy(const struct comparison_row *r, char *out)
{
    if (r->best_accuracy.count > 0)
        text_append(out, CELL_SIZE, "%.2f %%", r->best_accuracy.mean * 100);
    if (r->best_accuracy.count > 1)
        text_append(out, CELL_SIZE, " (%.2f to %.2f)", r->best_accuracy.least * 100, r->best_accuracy.most * 100);
}

static void put_common(const struct comparison_row *r, char *out)
{
    if (r->seconds_to_common.count > 0)
        text_append(out, CELL_SIZE, "%.3g", r->seconds_to_common.mean);
}

static void put_memory(const struct comparison_row *r, char *out)
{
    if (r->memory.count > 0)
        text_bytes(out, CELL_SIZE, (uint64_t)r->memory.most);
}

static void put_energy(const struct comparison_row *r, char *out)
{
    if (r->energy.count > 0)
        text_append(out, CELL_SIZE, "%.3g", r->energy.mean / 1000);
}

static const struct {
    const char *heading;
    void (*put)(const struct comparison_row *r, char *out);
} columns[] = {
    { "", put_label },
    { "epochs", put_epochs },
    { "seconds an epoch", put_epoch },
    { "images/s", put_speed },
    { "times as fast", put_speedup },
    { "best accuracy", put_accuracy },
    { "seconds to the accuracy that all reach", put_common },
    { "memory", put_memory },
    { "energy (kJ)", put_energy },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* A column that is empty in every row is left out. */
static void write_table(const struct report *r, const struct report_format *format, FILE *out)
{
    const struct comparison_table *t = r->data->table;
    char cells[COLUMNS][CELL_SIZE];
    const char *shown[COLUMNS];
    bool any[COLUMNS] = { false };

    for (int row = -1; row < t->count; row++)
        for (int i = 0; row >= 0 && i < COLUMNS; i++) {
            cells[i][0] = '\0';
            columns[i].put(&t->rows[row], cells[i]);
            any[i] |= cells[i][0] != '\0';
        }
    for (int row = -1; row < t->count; row++) {
        int count = 0;

        for (int i = 0; i < COLUMNS; i++) {
            if (!any[i])
                continue;
            cells[i][0] = '\0';
            if (row >= 0)
                columns[i].put(&t->rows[row], cells[i]);
            shown[count++] = row < 0 ? columns[i].heading : cells[i][0] ? cells[i] : "not known";
        }
        if (row < 0)
            format->table_begin(out, shown, count);
        else
            format->row(out, shown, count);
    }
    format->table_end(out);
}

/* What more threads or GPUs gain. */
static void write_scaling(const struct report *r, const struct report_format *format, FILE *out)
{
    enum { FIGURES = 6, SIZE = 64 };
    const struct comparison_table *t = r->data->table;
    const struct comparison_scaling *s = &t->scaling;
    char words[256], cells[FIGURES][SIZE], unit[16];
    const char *shown[FIGURES] = { "", unit, "images/s", "perfect", "efficiency",
                                   "seconds to the accuracy that all reach" };

    if (s->count == 0)
        return;
    comparison_scaling_words(s, t->rows, words, sizeof words);
    snprintf(unit, sizeof unit, "%ss", s->unit);
    format->heading(out, "Scaling");
    format->lines(out, words);
    format->table_begin(out, shown, FIGURES);
    for (int i = 0; i < s->count; i++) {
        const struct scaling_step *step = &s->steps[i];

        snprintf(cells[1], SIZE, "%d", step->units);
        snprintf(cells[2], SIZE, "%.0f", step->speed.median);
        snprintf(cells[3], SIZE, "%.0f", step->perfect);
        snprintf(cells[4], SIZE, "%.1f %%", 100 * step->efficiency.median);
        text_copy(cells[5], SIZE, "not known");
        if (step->seconds_to_common >= 0)
            snprintf(cells[5], SIZE, "%.3g", step->seconds_to_common);
        shown[0] = t->rows[step->row].label;
        for (int k = 1; k < FIGURES; k++)
            shown[k] = cells[k];
        format->row(out, shown, FIGURES);
    }
    format->table_end(out);
}

/* What is not the same in all rows; the labels of one recipe's runs say it. */
static void write_differences(const struct report *r, const struct report_format *format, FILE *out)
{
    const struct comparison_table *t = r->data->table;
    const char *cells[1 + COMPARISON_MOST] = { "" };

    if (r->data->comparison->n_axes > 0 || t->n_differences == 0 || t->count > COMPARISON_MOST)
        return;
    format->heading(out, "What differs");
    for (int i = 0; i < t->count; i++)
        cells[i + 1] = t->rows[i].label;
    format->table_begin(out, cells, t->count + 1);
    for (int k = 0; k < t->n_differences; k++) {
        cells[0] = t->differences[k].name;
        for (int i = 0; i < t->count; i++)
            cells[i + 1] = t->differences[k].values[i];
        format->row(out, cells, t->count + 1);
    }
    format->table_end(out);
}

static void write_all(const void *report, const struct report_format *format, FILE *out)
{
    const struct report *r = report;
    const struct comparison_table *t = r->data->table;
    struct chart_texts texts = { .title = "" };

    comparison_figure_describe(r->data, &texts);
    format->begin(out, texts.title, t->verdict);
    format->heading(out, "Results");
    write_table(r, format, out);
    for (int i = 0; i < t->n_notes; i++)
        format->lines(out, t->notes[i]);
    write_scaling(r, format, out);
    write_differences(r, format, out);
    format->heading(out, "Charts");
    for (int i = 0; i < COMPARISON_FIGURE_COUNT; i++)
        if (r->svg[i])
            format->picture(out, &(struct report_picture){ .title = comparison_figures[i]->help,
                                                           .name = comparison_figures[i]->name,
                                                           .svg = r->svg[i],
                                                           .svg_size = r->svg_size[i] });
    if (r->recipe) {
        format->heading(out, "Again");
        format->lines(out, r->command);
        format->heading(out, "recipe.ini");
        format->lines(out, r->recipe);
    }
    format->end(out, texts.footer);
}

static bool draw(struct report *r, const struct comparison_choice *choice, struct error *e)
{
    const struct picture_form form = export_form(r->wish);

    for (int i = 0; i < COMPARISON_FIGURE_COUNT; i++) {
        struct figure figure;

        if (!comparison_export_has(choice, (enum comparison_figure)i, r->data))
            continue;
        if (!comparison_figure_make((enum comparison_figure)i, r->data, &figure, e))
            return false;
        r->svg[i] = picture_bytes(&figure.picture, PICTURE_SVG, &form, &r->svg_size[i], e);
        figure_free(&figure);
        if (!r->svg[i])
            return false;
    }
    return true;
}

/* "training.batch=32,64", and of devices the list alone, as one word. False without memory. */
static bool write_axis(const struct comparison_axis *axis, bool devices, FILE *out)
{
    char *word = NULL;
    size_t size = 0;
    FILE *values = open_memstream(&word, &size);
    bool whole;

    if (!values)
        return false;
    if (!devices)
        fprintf(values, "%s=", axis->key);
    for (int i = 0; i < axis->count; i++)
        fprintf(values, "%s%s", i > 0 ? "," : "", axis->values[i]);
    whole = fclose(values) == 0;
    if (whole) {
        fputs(devices ? " --devices " : " --vary ", out);
        shell_word_write(out, word);
    }
    free(word);
    return whole;
}

/* The recipe has the first seed, so that so many from it on are the same. The caller's to free; NULL with an error. */
static char *make_command(const struct comparison *c, struct error *e)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    bool whole = out != NULL;

    if (whole)
        fputs("cuvette compare recipe.ini", out);
    for (int i = 0; whole && i < c->n_axes; i++)
        if (i == comparison_seeds(c))
            fprintf(out, " --seeds %d", c->axes[i].count);
        else
            whole = write_axis(&c->axes[i], i == comparison_devices(c), out);
    if (whole && c->halving > 0)
        fprintf(out, " --halving %d", c->halving);
    if (whole && c->race)
        fputs(" --race", out);
    whole = out && fclose(out) == 0 && whole;
    if (whole)
        return line;
    free(line);
    error_set(e, ERROR_MEMORY, "no memory for a command");
    return NULL;
}

static bool write_recipe(struct report *r, struct error *e)
{
    const struct comparison *c = r->data->comparison;
    char path[PATH_SIZE];

    if (!c->folder[0])
        return true;
    r->command = make_command(c, e);
    r->recipe = recipe_text(&c->recipe, e);
    return r->command && r->recipe && path_join(path, r->folder, "recipe.ini", e) &&
           atomic_file_write(path, r->recipe, strlen(r->recipe), e);
}

static bool write_charts(const struct report *r, const struct comparison_choice *choice, struct error *e)
{
    struct export_wish all = *r->wish;
    struct export_files *files = memory_new(1, sizeof *files, e);
    bool written;

    export_report_formats(&all);
    all.into = r->folder;
    written = files && comparison_export(r->data, choice, &all, files, e);
    free(files);
    return written;
}

bool comparison_report(const struct comparison_data *d, const struct comparison_choice *choice,
                       const struct export_wish *wish, char path[PATH_SIZE], struct error *e)
{
    struct report r = { .data = d, .wish = wish };
    bool good = wish->into || path_join(r.folder, d->comparison->folder, "report", e);

    if (wish->into)
        text_copy(r.folder, sizeof r.folder, wish->into);
    good = good && write_charts(&r, choice, e) && write_recipe(&r, e) && draw(&r, choice, e);
    good = good && report_format_pages(r.folder, write_all, &r, path, e);
    for (int i = 0; i < COMPARISON_FIGURE_COUNT; i++)
        free(r.svg[i]);
    free(r.recipe);
    free(r.command);
    return good;
}
