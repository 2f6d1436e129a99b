#include "tui/panels/step_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

enum { LABEL = 1, BAR = 7, DURATION_COLUMNS = 9, MARGIN = 1, VERDICT_SIZE = 256 };

static const enum role part_roles[STEP_PARTS_COUNT] = {
    [STEP_READ] = ROLE_WARN,      [STEP_DECODE] = ROLE_WARN, [STEP_WAIT] = ROLE_WARN,
    [STEP_COPY] = ROLE_WARN,      [STEP_FORWARD] = ROLE_TRAIN,
    [STEP_BACKWARD] = ROLE_VALID, [STEP_UPDATE] = ROLE_GOOD, [STEP_RANKS] = ROLE_WARN,
    [STEP_OTHER] = ROLE_DIM,
};

static void draw_label(struct canvas *c, int row, const char *label)
{
    canvas_text(c, row, LABEL, ROLE_DIM, label);
}

/* "12.4 ms" */
static void write_seconds(char out[FIGURE_SIZE], double seconds)
{
    const double milli = 1e-3, micro = 1e-6;
    double unit = seconds >= 1 ? 1 : seconds >= milli ? milli : micro;
    double shown = seconds / unit;

    snprintf(out, FIGURE_SIZE, "%.*f %s", shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0, shown,
             unit == 1 ? "s" : unit == milli ? "ms" : "us");
}

/* As much as fits: "forward 38 %", "f 38", "f". */
static void write_part(char out[FIGURE_SIZE], enum step_part part, double share, int columns)
{
    const char *name = step_part_names[part];

    snprintf(out, FIGURE_SIZE, "%s %.0f %%", name, 100 * share);
    if (canvas_text_width(out) > columns)
        snprintf(out, FIGURE_SIZE, "%.1s %.0f", name, 100 * share);
    if (canvas_text_width(out) > columns)
        snprintf(out, FIGURE_SIZE, "%.*s", columns > 0, name);
}

/* Parts end where the sum of shares does, so that the bar is full whatever is rounded. */
static void draw_parts(struct canvas *c, int row, int columns, const struct step_profile *p)
{
    double sum = 0;
    int begin = 0;

    for (int i = 0; i < STEP_PARTS_COUNT; i++) {
        double share = step_profile_share(p, i);
        int end = (int)lround((sum += share) * columns);
        char text[FIGURE_SIZE];

        if (end == begin)
            continue;
        canvas_put(c, row, BAR + begin, ROLE_FRAME, 0x2502);
        write_part(text, i, share, end - begin - 1);
        canvas_text(c, row, BAR + begin + 1, part_roles[i], text);
        begin = end;
    }
    canvas_put(c, row, BAR + columns, ROLE_FRAME, 0x2502);
}

void step_rows_time(struct canvas *c, int row, const struct app *app)
{
    const struct step_profile *p = &app->live.profile;
    char duration[FIGURE_SIZE];

    draw_label(c, row, "time");
    if (!p->sampled) {
        canvas_text(c, row, BAR, ROLE_DIM, "of a step: known after a few steps");
        return;
    }
    draw_parts(c, row, c->clip.columns - BAR - DURATION_COLUMNS - 1, p);
    write_seconds(duration, p->step);
    canvas_text_right(c, row, c->clip.columns - MARGIN, ROLE_NORMAL, duration);
}

static void replace(char *text, size_t size, const char *words, const char *by)
{
    char *at = strstr(text, words), rest[VERDICT_SIZE];

    if (!at)
        return;
    text_copy(rest, sizeof rest, at + strlen(words));
    *at = '\0';
    text_append(text, size, "%s%s", by, rest);
}

/* Leaves out what a narrow pane does without: what can be done, then how many cores decode, then words. */
static void shorten(char *text, size_t size, int columns)
{
    static const struct {
        const char *words, *by;
    } shorter[] = {
        { " of a step", "" },
        { "images to be decoded", "decoding" },
        { "images to be read", "reading" },
        { "the threads that read", "readers" },
        { "brings images to the device", "copies images" },
        { "is neither images nor layers", "is something else" },
        { " takes ", ": " },
    };
    char *end;

    for (const char *mark = ";:"; *mark && canvas_text_width(text) > columns; mark++)
        if ((end = strrchr(text, *mark)))
            *end = '\0';
    for (size_t i = 0; i < sizeof shorter / sizeof *shorter && canvas_text_width(text) > columns; i++)
        replace(text, size, shorter[i].words, shorter[i].by);
}

void step_rows_verdict(struct canvas *c, int row, const struct app *app)
{
    const struct step_profile *p = &app->live.profile;
    int slowest = step_profile_slowest(p);
    char text[VERDICT_SIZE];

    rank_report_slowest(&app->live.status.together, text, sizeof text);

    bool held_up = text[0] != '\0';

    if (!held_up)
        step_profile_verdict(p, slowest >= 0 ? app->live.running.recipe.layers[slowest].class->name : "", text,
                             sizeof text);
    shorten(text, sizeof text, c->clip.columns - LABEL);
    canvas_text(c, row, LABEL, held_up ? ROLE_WARN : ROLE_NORMAL, text);
}

void step_rows_work(struct canvas *c, int row, const struct app *app)
{
    char work[3 * FIGURE_SIZE];

    live_work(&app->live, work, sizeof work);
    draw_label(c, row, "work");
    canvas_text(c, row, BAR, ROLE_NORMAL, work);
}

/* The columns of the table; a narrow one has a layer's whole time alone, a very narrow one its share. */
struct columns_of {
    int least, name, at_part[STEP_PARTS_COUNT], at_all, at_share, at_bar; /* where a figure ends; 0: none */
};

static const struct columns_of forms[] = {
    { 76, 28, { [STEP_FORWARD] = 38, [STEP_BACKWARD] = 48, [STEP_UPDATE] = 58 }, 0, 66, 67 },
    { 38, 20, { 0 }, 29, 37, 0 },
    { 0, 21, { 0 }, 0, 27, 0 },
};

static const struct columns_of *form_of(const struct canvas *c)
{
    const struct columns_of *f = forms;

    while (c->clip.columns < f->least)
        f++;
    return f;
}

static void draw_heads(struct canvas *c, int row, const struct columns_of *f)
{
    canvas_text(c, row, LABEL, ROLE_DIM, "layer, sampled");
    for (int i = 0; i < STEP_PARTS_COUNT; i++)
        if (f->at_part[i] > 0)
            canvas_text_right(c, row, f->at_part[i], ROLE_DIM, step_part_names[i]);
    if (f->at_all > 0)
        canvas_text_right(c, row, f->at_all, ROLE_DIM, "time");
    canvas_text_right(c, row, f->at_share, ROLE_DIM, "of step");
}

static void draw_seconds(struct canvas *c, int row, int end, double seconds)
{
    char text[FIGURE_SIZE] = "-";

    if (end == 0)
        return;
    if (seconds > 0)
        write_seconds(text, seconds);
    canvas_text_right(c, row, end, seconds > 0 ? ROLE_NORMAL : ROLE_DIM, text);
}

static void draw_layer(struct canvas *c, int row, int layer, const struct app *app)
{
    const struct step_profile *p = &app->live.profile;
    const struct columns_of *f = form_of(c);
    double share = step_profile_layer_share(p, layer);
    struct canvas name = canvas_part(c, (struct rectangle){ row, LABEL, 1, f->name - LABEL });
    char summary[64] = "of no layer", percent[FIGURE_SIZE];

    if (layer < p->n_layers)
        layer_summary(&app->live.running.recipe.layers[layer], c->unicode, summary, sizeof summary);
    if (layer < p->n_layers)
        canvas_format(&name, 0, 0, ROLE_NORMAL, "%2d %s", layer + 1, summary);
    else
        canvas_format(&name, 0, 0, ROLE_DIM, "   %s", summary);
    for (int i = 0; i < STEP_PARTS_COUNT; i++)
        draw_seconds(c, row, f->at_part[i], p->layer[layer][i]);
    draw_seconds(c, row, f->at_all, share * p->step);
    if (share == 0)
        return; /* it has no operation of its own: what it does is part of another one */
    snprintf(percent, sizeof percent, "%.0f %%", 100 * share);
    canvas_text_right(c, row, f->at_share, ROLE_NORMAL, percent);
    if (f->at_bar > 0)
        shape_bar(c, row, f->at_bar, int_min(c->clip.columns - MARGIN - f->at_bar, 40), share);
}

int step_rows_layers_count(const struct app *app)
{
    const struct step_profile *p = &app->live.profile;

    return p->sampled && p->n_layers > 0 ? p->n_layers + 1 : 0;
}

void step_rows_layers(struct canvas *c, int row, int first, const struct app *app)
{
    enum { ROWS_LEAST = 3 };
    int count = step_rows_layers_count(app);

    if (count == 0 || c->clip.rows - row < ROWS_LEAST)
        return;
    draw_heads(c, row++, form_of(c));
    for (int i = first; i < count && row < c->clip.rows; i++)
        draw_layer(c, row++, i, app);
}
