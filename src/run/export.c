#include "run/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/recipe.h"
#include "plot/chart.h"
#include "run/metrics.h"
#include "run/summary.h"

/* What the charts are made from. */
struct material {
    struct recipe recipe;
    struct summary summary;
    struct metrics_curves curves;
};

/* One of the two things that are measured. */
struct measure {
    const char *label; /* of the axis */
    double factor;     /* to the axis's unit */
    double low, high;  /* of the axis; equal: from the data */
    float (*of)(const struct point *p);
    void (*describe_test)(const struct summary *s, char *to, size_t size);
};

static float loss_of(const struct point *p)
{
    return p->loss;
}

static float accuracy_of(const struct point *p)
{
    return p->accuracy;
}

static void describe_test_loss(const struct summary *s, char *to, size_t size)
{
    if (s->test_loss >= 0)
        text_append(to, size, " · test loss %.4f", s->test_loss);
}

static void describe_test_accuracy(const struct summary *s, char *to, size_t size)
{
    if (s->test_accuracy >= 0)
        text_append(to, size, " · test accuracy %.2f %%", s->test_accuracy * 100);
}

static const struct measure loss = { "loss (nats)", 1, 0, 0, loss_of, describe_test_loss };
static const struct measure accuracy = { "accuracy (%)", 100, 0, 100, accuracy_of, describe_test_accuracy };

/* While a run goes on there is no summary.json; the first line of its metrics says what is known. */
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

    if (!path_join(path, folder, "recipe.ini", e) || !recipe_load(&m->recipe, path, e) ||
        !path_join(path, folder, "metrics.jsonl", e) || !metrics_read(path, &m->curves, e))
        return false;
    if (read_summary(m, folder, e))
        return true;
    metrics_curves_free(&m->curves);
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

static void describe(const struct material *m, const struct measure *measure, struct chart *c)
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
    measure->describe_test(s, c->subtitle, sizeof c->subtitle);
    if (s->date[0])
        text_append(c->footer, sizeof c->footer, "%s · cuvette %s", s->date, s->version);
    text_copy(c->x_label, sizeof c->x_label, "epoch");
    text_copy(c->y_label, sizeof c->y_label, measure->label);
    c->y_low = measure->low;
    c->y_high = measure->high;
}

/* Positions, then values: 2 × count numbers. NULL without memory. */
static double *numbers(const struct point *points, size_t count, const struct measure *measure, struct error *e)
{
    double *to = memory_new(2 * count, sizeof *to, e);

    for (size_t i = 0; to && i < count; i++) {
        to[i] = points[i].position;
        to[count + i] = (double)measure->of(&points[i]) * measure->factor;
    }
    return to;
}

static bool write_chart(const struct material *m, const struct measure *measure, const char *path, struct error *e)
{
    const size_t steps = m->curves.n_steps, epochs = m->curves.n_epochs;
    double *train = numbers(m->curves.steps, steps, measure, e), *valid = numbers(m->curves.valid, epochs, measure, e);
    struct chart c = { .n_series = 2 };
    bool written = false;

    describe(m, measure, &c);
    if (train && valid) {
        c.series[0] = (struct chart_series){
            .name = "training", .count = steps, .x = train, .y = train + steps, .band = true, .color = 0
        };
        c.series[1] = (struct chart_series){
            .name = "validation", .count = epochs, .x = valid, .y = valid + epochs, .markers = true, .color = 1
        };
        written = chart_write_png(&c, path, CHART_WIDTH, CHART_HEIGHT, e);
    }
    free(train);
    free(valid);
    return written;
}

bool export_charts(const char *run_folder, const char *into, struct export_files *out, struct error *e)
{
    struct material m;
    char plots[PATH_SIZE];

    if (!path_join(plots, run_folder, "plots", e))
        return false;
    if (!into)
        into = plots;
    if (!path_join(out->loss, into, "loss.png", e) || !path_join(out->accuracy, into, "accuracy.png", e) ||
        !read_material(&m, run_folder, e))
        return false;
    bool written = path_make_folders(into, e) && write_chart(&m, &loss, out->loss, e) &&
                   write_chart(&m, &accuracy, out->accuracy, e);
    metrics_curves_free(&m.curves);
    return written;
}
