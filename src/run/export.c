#include "run/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "plot/chart.h"
#include "run/chart_kinds.h"
#include "run/metrics.h"
#include "run/run_recipe.h"
#include "run/summary.h"

/* What the charts are made from. */
struct material {
    struct recipe recipe;
    struct summary summary;
    struct metrics_curves curves;
};

/* A run that is not over has no summary.json; the first line of its metrics says what is known. */
static bool read_summary(struct material *m, const char *folder, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder, "summary.json", e))
        return false;
    if (path_is_file(path))
        return summary_read(&m->summary, path, e);
    m->summary = m->curves.run;
    if (!m->curves.introduced)
        m->summary = (struct summary){ .state = "running", .test_loss = -1, .test_accuracy = -1 };
    m->summary.epochs = (int)m->curves.n_epochs;
    return true;
}

static bool read_material(struct material *m, const char *folder, struct error *e)
{
    char path[PATH_SIZE];

    if (!run_recipe_load(&m->recipe, folder, e) || !path_join(path, folder, "metrics.jsonl", e) ||
        !metrics_read(path, NULL, &m->curves, e))
        return false;
    if (read_summary(m, folder, e))
        return true;
    metrics_read_free(&m->curves);
    return false;
}

/* "/data/cifar10.h5" -> "cifar10" */
static void short_name(char *out, size_t size, const char *path)
{
    text_copy(out, size, path_name(path));
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

static void describe_epochs(const struct material *m, char *to, size_t size)
{
    int planned = m->recipe.training.epochs, trained = m->summary.epochs;

    if (trained >= planned)
        text_append(to, size, " · %d epoch%s", trained, trained == 1 ? "" : "s");
    else
        text_append(to, size, " · %s: %d of %d epochs", m->summary.state, trained, planned);
}

static void describe(const struct material *m, const struct chart_kind *kind, struct chart *c)
{
    const struct summary *s = &m->summary;
    char dataset[64], parameters[32];

    short_name(dataset, sizeof dataset, s->dataset[0] ? s->dataset : m->recipe.data.dataset);
    text_append(c->title, sizeof c->title, "%s on %s", s->name[0] ? s->name : m->recipe.name, dataset);
    text_append(c->subtitle, sizeof c->subtitle, "%.80s",
                s->device_name[0] ? s->device_name : m->recipe.training.device);
    if (s->threads > 0)
        text_append(c->subtitle, sizeof c->subtitle, ", %d thread%s", s->threads, s->threads == 1 ? "" : "s");
    if (s->precision[0] && strcmp(s->precision, precision_names[PRECISION_FP32]) != 0)
        text_append(c->subtitle, sizeof c->subtitle, ", %s", s->precision);
    if (s->parameters > 0) {
        text_count(parameters, sizeof parameters, s->parameters);
        text_append(c->subtitle, sizeof c->subtitle, " · %s parameters", parameters);
    }
    text_append(c->subtitle, sizeof c->subtitle, " · batch %d", m->recipe.training.batch);
    describe_epochs(m, c->subtitle, sizeof c->subtitle);
    if (kind->outcome)
        kind->outcome(s, c->subtitle, sizeof c->subtitle);
    if (s->date[0])
        text_append(c->footer, sizeof c->footer, "%s · cuvette %s", s->date, s->version);
    text_copy(c->x_label, sizeof c->x_label, "epoch");
    text_copy(c->y_label, sizeof c->y_label, kind->label);
    c->y_low = kind->low * kind->factor;
    c->y_high = kind->high * kind->factor;
    c->from_zero = kind->from_zero;
}

static const struct point *find_curve(const struct metrics_curves *curves, enum run_curve curve, size_t *count)
{
    const struct {
        const struct point *points;
        size_t count;
    } all[] = {
        [CURVE_STEPS] = { curves->steps, curves->n_steps },
        [CURVE_VALIDATION] = { curves->valid, curves->n_epochs },
    };

    *count = all[curve].count;
    return all[curve].points;
}

/* Makes the series of one line. Its points are in *numbers, all positions, values, lowest and highest: free() it. */
static bool make_series(const struct material *m, const struct chart_kind *kind, int position,
                        struct chart_series *out, double **numbers, struct error *e)
{
    const struct chart_line *line = &kind->lines[position];
    size_t count;
    const struct point *points = find_curve(&m->curves, line->curve, &count);
    double *x = memory_new(4 * count, sizeof *x, e), *y = x + count, *low = y + count, *high = low + count;

    *numbers = x;
    if (!x)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct point lowest = point_low(points[i]), highest = point_high(points[i]);

        x[i] = points[i].position;
        y[i] = (double)kind->value(&points[i]) * kind->factor;
        low[i] = (double)kind->value(&lowest) * kind->factor;
        high[i] = (double)kind->value(&highest) * kind->factor;
    }
    *out = (struct chart_series){ .count = count,
                                  .x = x,
                                  .y = y,
                                  .low = low,
                                  .high = high,
                                  .band = line->style == STYLE_NOISY,
                                  .markers = line->style == STYLE_MARKS,
                                  .color = position };
    text_copy(out->name, sizeof out->name, chart_line_name(line, m->recipe.data.validation > 0));
    return true;
}

static bool write_chart(const struct material *m, const struct chart_kind *kind, const char *path, struct error *e)
{
    double *numbers[CHART_LINES_MAX] = { NULL };
    struct chart c = { .n_series = kind->n_lines };
    bool good = true;

    describe(m, kind, &c);
    for (int i = 0; good && i < kind->n_lines; i++)
        good = make_series(m, kind, i, &c.series[i], &numbers[i], e);
    good = good && chart_write_png(&c, path, CHART_WIDTH, CHART_HEIGHT, e);
    for (int i = 0; i < kind->n_lines; i++)
        free(numbers[i]);
    return good;
}

static bool name_files(struct export_files *files, const char *folder, struct error *e)
{
    bool named = true;

    for (int i = 0; named && i < CHART_COUNT; i++) {
        char name[64] = "";

        text_append(name, sizeof name, "%s.png", chart_kinds[i]->name);
        named = path_join(files->path[i], folder, name, e);
    }
    return named;
}

bool export_charts(const char *run_folder, const char *into, struct export_files *out, struct error *e)
{
    struct material m;
    char plots[PATH_SIZE];

    if (!path_join(plots, run_folder, "plots", e))
        return false;
    if (!into)
        into = plots;
    if (!name_files(out, into, e) || !read_material(&m, run_folder, e))
        return false;
    bool written = path_make_folders(into, e);
    for (int i = 0; written && i < CHART_COUNT; i++)
        written = write_chart(&m, chart_kinds[i], out->path[i], e);
    metrics_read_free(&m.curves);
    return written;
}
