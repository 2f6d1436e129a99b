#include "tui/inspect/health_view.h"

#include <stdio.h>
#include <string.h>

#include "base/errand.h"
#include "base/limits.h"
#include "base/text.h"
#include "run/health_words.h"
#include "run/metrics_read.h"
#include "run/run_recipe.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"
#include "tui/inspect/health_rows.h"

/* An errand's paper: which run, and what its folder tells. */
struct paper {
    char folder[PATH_SIZE];
    struct recipe recipe;
    struct health health;
};

struct health_dialog {
    struct dialog dialog;
    bool live;             /* of the run on the screen; else of an earlier one: */
    struct errand *reader; /* NULL: it has been read */
    struct error error;    /* why not */
    struct recipe recipe;
    struct health health;
    int first; /* row at the top */
};

enum { FRAME = 2 };

static const double at_once_seconds = 0.05;

static void write_title(const struct health_dialog *d, char *out, size_t size)
{
    const struct health *h = &d->health;

    text_copy(out, size, d->dialog.title);
    if (h->step > 0)
        text_append(out, size, ": step %llu, epoch %.2f, %d images", (unsigned long long)h->step, h->position,
                    h->images);
}

/* What looking costs, and how often it is done. */
static void write_cost(const struct health *h, char *out, size_t size)
{
    snprintf(out, size, "these looks take %.2g %% of the time", 100 * h->cost);
    if (h->every > 0)
        text_append(out, size, ", the last two are %llu steps apart", (unsigned long long)h->every);
}

static int draw_sentence(const struct health_dialog *d, struct canvas *c)
{
    char text[256];
    enum health_fault fault = health_words_network(&d->health, &d->recipe, text, sizeof text);

    canvas_paragraph(c, 0, health_rows_role(fault), text);
    return canvas_paragraph_rows(text, c->clip.columns);
}

static void draw_health(const struct health_dialog *d, struct canvas *c)
{
    int row = draw_sentence(d, c), left = c->clip.rows - row;
    char cost[128];

    if (left > HEALTH_ROWS_LEAST + 1) {
        write_cost(&d->health, cost, sizeof cost);
        canvas_text(c, row++, 0, ROLE_DIM, cost);
        left--;
    }

    struct canvas table = canvas_part(c, (struct rectangle){ row, 0, left, c->clip.columns });

    health_rows_draw(&table, &d->health, &d->recipe, d->first);
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct health_dialog *d = (const struct health_dialog *)dialog;
    char title[192];

    write_title(d, title, sizeof title);

    struct canvas inside = shape_box(c, title, true);

    if (d->error.kind != ERROR_NONE)
        canvas_paragraph(&inside, 0, ROLE_BAD, d->error.text);
    else if (d->reader)
        canvas_text(&inside, 0, 0, ROLE_DIM, "reading …");
    else if (d->health.step > 0)
        draw_health(d, &inside);
    else if (d->live && live_going(&app->live))
        canvas_paragraph(&inside, 0, ROLE_DIM, "no step was looked at yet: the first ones warm up");
    else
        canvas_paragraph(&inside, 0, ROLE_DIM,
                         "no step of this run was looked at: it was too short, or is of an earlier version");
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct health_dialog *d = (struct health_dialog *)dialog;
    int count = health_rows_count(&d->health), page = int_max(dialog_room(app).rows - FRAME - HEALTH_ROWS_LEAST, 1);
    int to = keys_move(d->first, int_max(count - page + 1, 1), page, key);

    if (keys_action(key) == ACTION_QUIT || keys_action(key) == ACTION_HEALTH)
        return REACTION_CLOSE;
    if (to < 0)
        return REACTION_NONE;
    d->first = to;
    return REACTION_HANDLED;
}

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)app;
    errand_free(((struct health_dialog *)dialog)->reader);
}

const struct key_help health_view_keys[] = {
    { "Esc q H", "close the view", "Close" },
    { "Up/Down", "scroll the layers", "Scroll" },
    { NULL, NULL, NULL },
};

static const struct dialog_class health_class = {
    .size = sizeof(struct health_dialog),
    .whole = true,
    .keys = health_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

static bool take_live(struct health_dialog *d, const struct app *app)
{
    uint64_t before = d->health.step;

    live_health(&app->live, &d->health);
    return d->health.step != before;
}

void health_view_open(struct app *app)
{
    struct health_dialog *d = (struct health_dialog *)dialog_open(app, &health_class, "Health", 0, 0);

    if (!d)
        return;
    d->live = true;
    d->recipe = app->live.running.recipe;
    take_live(d, app);
}

/* In a process of its own: the folder can be on a file system that does not answer. */
static bool read_folder(void *paper, struct error *e)
{
    struct paper *p = paper;
    struct metrics_curves curves;
    char path[PATH_SIZE];

    if (!run_recipe_load(&p->recipe, p->folder, e) || !path_join(path, p->folder, "metrics.jsonl", e) ||
        !metrics_read(path, NULL, &curves, e))
        return false;
    if (curves.n_looks > 0)
        p->health = curves.looks[curves.n_looks - 1];
    metrics_read_free(&curves);
    return true;
}

static bool take_paper(struct health_dialog *d, double seconds)
{
    if (!d->reader || !errand_wait(d->reader, seconds, &d->error))
        return false;
    if (d->error.kind == ERROR_NONE) {
        const struct paper *p = errand_paper(d->reader);

        d->recipe = p->recipe;
        d->health = p->health;
    }
    errand_free(d->reader);
    d->reader = NULL;
    return true;
}

void health_view_open_past(struct app *app, const char *folder)
{
    const double patience = 60;
    const struct trainer_events *events = &app->live.events;
    char title[sizeof((struct dialog *)0)->title];

    snprintf(title, sizeof title, "Health of %.40s", path_name(folder));

    struct health_dialog *d = (struct health_dialog *)dialog_open(app, &health_class, title, 0, 0);

    if (!d)
        return;
    d->reader = errand_start(&(struct errand_setup){ .work = read_folder,
                                                     .asked = folder,
                                                     .asked_size = strlen(folder) + 1,
                                                     .size = sizeof(struct paper),
                                                     .limits = { .seconds = patience },
                                                     .subject = folder,
                                                     .ended = events->changed,
                                                     .context = events->context },
                             &d->error);
    take_paper(d, at_once_seconds);
}

bool health_view_follow(struct app *app)
{
    struct health_dialog *d = (struct health_dialog *)dialog_find(app, &health_class);

    if (!d)
        return false;
    if (d->live)
        return live_there(&app->live) && take_live(d, app);
    return take_paper(d, 0);
}
