#include "tui/past/run_page.h"

#include <stdlib.h>

#include "base/errand.h"
#include "base/limits.h"
#include "base/memory.h"
#include "run/run_recipe.h"
#include "tui/app.h"
#include "tui/charts/chart_draw.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"
#include "tui/past/run_words.h"
#include "tui/runs.h"

struct run_page {
    struct dialog dialog;
    struct run_entry entry;
    struct charts charts; /* of this run alone */
    struct error error;   /* why there are none */
    struct errand *recipe; /* reads it; NULL: it is read, or cannot be */
    struct run_words_line *lines;
    int n_lines, first;   /* the one at the top */
    bool words;           /* are shown, where there is no room for both */
};

enum { WIDE = 70, WORDS_COLUMNS = 38, LABEL_COLUMNS = 12, TWO_CHARTS = 14, FRAME = 2 };

static const double at_once_seconds = 0.05;

struct places {
    struct rectangle charts[2], words; /* of no rows where they are not shown */
};

static struct places places_of(const struct run_page *p, struct rectangle room)
{
    struct places places = { 0 };
    bool wide = room.columns >= WIDE;
    int columns = wide ? room.columns - int_max(WORDS_COLUMNS, room.columns / 3) : room.columns;
    int upper = room.rows >= TWO_CHARTS ? (room.rows + 1) / 2 : room.rows;

    if (wide || !p->words) {
        places.charts[0] = (struct rectangle){ 0, 0, upper, columns };
        places.charts[1] = (struct rectangle){ upper, 0, room.rows - upper, columns };
    }
    if (wide)
        places.words = (struct rectangle){ 0, columns, room.rows, room.columns - columns };
    else if (p->words)
        places.words = (struct rectangle){ 0, 0, room.rows, room.columns };
    return places;
}

/* The curves are made for the size of the chart. */
static void fit(struct run_page *p, const struct app *app)
{
    struct rectangle chart = places_of(p, dialog_room(app)).charts[0];

    if (chart.rows > FRAME && chart.columns > FRAME)
        charts_resize(&p->charts, chart.rows - FRAME, graph_cells(chart.columns - FRAME),
                      graph_points(chart.columns - FRAME, app->display.dots));
}

static void draw_chart(const struct run_page *p, struct canvas *c, const struct app *app, struct rectangle place, int i)
{
    struct canvas whole = canvas_part(c, place), inside, edge;
    enum chart_position kind = charts_kind(&p->charts, i);
    const char *title = chart_kinds[kind]->label;

    if (place.rows <= FRAME)
        return;
    inside = shape_box(&whole, title, false);
    if (p->error.kind != ERROR_NONE)
        canvas_paragraph(&inside, 0, ROLE_BAD, p->error.text);
    else if (p->charts.reader)
        canvas_text(&inside, 0, 1, ROLE_DIM, "reading …");
    if (p->charts.reader || p->error.kind != ERROR_NONE)
        return;
    chart_draw(&inside, &p->charts, kind, app->display.dots, true);
    edge = canvas_part(&whole, (struct rectangle){ 0, 2 + canvas_text_width(title), 1,
                                                   place.columns - canvas_text_width(title) - 4 });
    chart_draw_legend(&edge, &p->charts, kind);
}

static void draw_words(const struct run_page *p, struct canvas *c, struct rectangle place)
{
    struct canvas whole = canvas_part(c, place), inside;
    int row = 0, line = p->first;

    if (place.rows <= FRAME)
        return;
    inside = shape_box(&whole, path_name(p->entry.folder), true);
    for (; line < p->n_lines && row < inside.clip.rows; line++)
        row = canvas_labelled(&inside, row, LABEL_COLUMNS, p->lines[line].label, ROLE_NORMAL, p->lines[line].text);
    shape_more(&inside, 0, inside.clip.rows, p->first > 0, line < p->n_lines || row > inside.clip.rows);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct run_page *p = (const struct run_page *)d;
    struct places places = places_of(p, (struct rectangle){ 0, 0, c->clip.rows, c->clip.columns });

    for (int i = 0; i < 2; i++)
        draw_chart(p, c, app, places.charts[i], i);
    draw_words(p, c, places.words);
}

static void next_kind(struct charts *c)
{
    charts_next(c, 1);
}

static const struct {
    int key;
    void (*act)(struct charts *c);
} of_charts[] = {
    { 'n', next_kind },
    { 'x', charts_next_axis },
    { 's', charts_next_smoothing },
    { 'l', charts_toggle_logarithmic },
};

static bool take_key_of_charts(struct run_page *p, int key)
{
    for (size_t i = 0; i < sizeof of_charts / sizeof *of_charts; i++)
        if (of_charts[i].key == key) {
            of_charts[i].act(&p->charts);
            return true;
        }
    return false;
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct run_page *p = (struct run_page *)d;
    int to = keys_move(p->first, p->n_lines, dialog_room(app).rows / 2, key);

    if (keys_action(key) == ACTION_QUIT)
        return REACTION_CLOSE;
    if (to >= 0) {
        p->first = to;
    } else if (key == 'i') {
        p->words = !p->words;
    } else if (key == 'p') {
        runs_take_recipe(app, p->entry.folder);
    } else if (key == 'g') {
        runs_go_on(app, p->entry.folder);
    } else if (key == 'b') {
        app_toggle_run(app, p->entry.folder);
        display_say(&app->display, ROLE_NORMAL, "its curves are beside those in the charts, or no longer");
    } else if (!take_key_of_charts(p, key)) {
        return REACTION_NONE;
    }
    fit(p, app);
    return REACTION_HANDLED;
}

const struct key_help run_page_keys[] = {
    { "Esc q", "back to the list", "Back" },
    { "p", "its recipe into the panels", "Recipe" },
    { "g", "go on with it", "Go on" },
    { "b", "its curves in the charts", "Beside" },
    { "n", "another chart", "Chart" },
    { "i", "words, on a narrow screen", "Words" },
    { "Up/Down", "scroll the words", NULL },
    { "x", "epochs, steps or time", NULL },
    { "l", "logarithmic or not", NULL },
    { "s", "smoothing: off or more", NULL },
    { NULL, NULL, NULL },
};

static void close_page(struct dialog *d, struct app *app)
{
    struct run_page *p = (struct run_page *)d;
    (void)app;

    charts_free(&p->charts);
    errand_free(p->recipe);
    free(p->lines);
}

static const struct dialog_class page_class = {
    .size = sizeof(struct run_page),
    .whole = true,
    .keys = run_page_keys,
    .draw = draw,
    .key = key,
    .close = close_page,
};

static bool take_curves(struct run_page *p, const struct app *app, double seconds)
{
    if (!charts_take_read(&p->charts, CHARTS_NOW, seconds, &p->error))
        return false;
    fit(p, app);
    return true;
}

/* Where the recipe is, and what it says. */
struct paper {
    char folder[PATH_SIZE];
    struct recipe recipe;
};

/* In a process of its own: the run's folder can be on a file system that does not answer. */
static bool read_recipe(void *paper, struct error *e)
{
    struct paper *p = paper;

    return run_recipe_load(&p->recipe, p->folder, e);
}

static void begin_recipe(struct run_page *p, const struct trainer_events *events)
{
    const double patience = 60;
    struct error ignored; /* without a recipe the summary is there all the same */

    p->recipe = errand_start(&(struct errand_setup){ .work = read_recipe,
                                                     .asked = p->entry.folder,
                                                     .asked_size = sizeof p->entry.folder,
                                                     .size = sizeof(struct paper),
                                                     .limits = { .seconds = patience },
                                                     .subject = p->entry.folder,
                                                     .ended = events->changed,
                                                     .context = events->context },
                             &ignored);
}

static bool take_recipe(struct run_page *p, double seconds)
{
    struct error e;

    if (!p->recipe || !errand_wait(p->recipe, seconds, &e))
        return false;
    if (e.kind == ERROR_NONE)
        p->n_lines = run_words_lines(&p->entry, &((const struct paper *)errand_paper(p->recipe))->recipe, p->lines);
    errand_free(p->recipe);
    p->recipe = NULL;
    return true;
}

void run_page_open(struct app *app, const struct run_entry *entry)
{
    const struct trainer_events *events = &app->live.events;
    struct run_page *p = (struct run_page *)dialog_open(app, &page_class, path_name(entry->folder), 0, 0);

    if (!p)
        return;
    p->entry = *entry;
    p->lines = memory_new(RUN_WORDS_LINES, sizeof *p->lines, &p->error);
    if (!p->lines)
        return;
    p->n_lines = run_words_lines(&p->entry, NULL, p->lines);
    begin_recipe(p, events);
    if (charts_toggle(&p->charts, p->entry.folder, events->changed, events->context, &p->error))
        take_curves(p, app, at_once_seconds);
    take_recipe(p, at_once_seconds);
    fit(p, app);
}

bool run_page_follow(struct app *app)
{
    struct run_page *p = (struct run_page *)dialog_find(app, &page_class);

    if (!p)
        return false;
    fit(p, app);

    const bool read = take_recipe(p, 0);

    return take_curves(p, app, 0) || read;
}
