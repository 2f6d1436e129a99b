#include "tui/devices/rank_list.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

enum { FRAME = 1, HEADS = 1, OTHERS_LEAST = 8 /* rows of the boxes below */, EDGE = 1 };

/* Where the figures of a rank end, from the right; NONE: it is left out. In a narrow view waits are a share alone. */
enum { NONE = -1, WORKS_COLUMNS = 9 };
struct columns_of {
    int least, works, waits, hidden, load;
};

static const struct columns_of forms[] = { { 62, 38, 18, 9, 0 }, { 0, 8, 0, NONE, NONE } };

static const struct columns_of *form_of(const struct canvas *c)
{
    const struct columns_of *f = forms;

    while (c->clip.columns < f->least)
        f++;
    return f;
}

int rank_list_rows(const struct app *app, int rows)
{
    const int count = app->live.ranks.count, most = int_min(rows / 2, rows - OTHERS_LEAST);

    if (count == 0 || most < FRAME + HEADS + 1)
        return 0;
    return int_min(FRAME + HEADS + count, most);
}

static void share(char out[FIGURE_SIZE], double part, double of)
{
    text_copy(out, FIGURE_SIZE, "n/a");
    if (part >= 0 && of > 0)
        snprintf(out, FIGURE_SIZE, "%.0f %%", 100 * part / of);
}

static void put(struct canvas *c, int row, int end, enum role role, const char *text)
{
    if (end != NONE)
        canvas_text_right(c, row, c->clip.columns - EDGE - end, role, text);
}

static void draw_heads(struct canvas *c)
{
    const struct columns_of *f = form_of(c);

    canvas_text(c, 0, EDGE, ROLE_DIM, "rank");
    put(c, 0, f->works, ROLE_DIM, "own work");
    put(c, 0, f->waits, ROLE_DIM, "waits");
    put(c, 0, f->hidden, ROLE_DIM, "hidden");
    put(c, 0, f->load, ROLE_DIM, "on core");
}

static void draw_rank(struct canvas *c, int row, const struct rank_row *rank, enum role role)
{
    const struct columns_of *f = form_of(c);
    const struct rank_card *card = &rank->card;
    const double milliseconds = 1e3;
    const int columns = c->clip.columns - 2 * EDGE - f->works - WORKS_COLUMNS;
    struct canvas name = canvas_part(c, (struct rectangle){ row, EDGE, 1, columns });
    char text[2 * FIGURE_SIZE] = "n/a", percent[FIGURE_SIZE];

    canvas_text(&name, 0, 0, role, rank->name);
    if (card->step > 0)
        snprintf(text, sizeof text, "%.3g ms", rank_card_works(card) * milliseconds);
    put(c, row, f->works, role, text);
    share(percent, card->waits, card->step);
    text_copy(text, sizeof text, percent);
    if (card->step > 0 && f->load != NONE)
        snprintf(text, sizeof text, "%.3g ms, %s", card->waits * milliseconds, percent);
    put(c, row, f->waits, role, text);
    share(percent, card->hidden, card->summing);
    put(c, row, f->hidden, role, percent);
    share(percent, card->load, 1);
    put(c, row, f->load, role, percent);
}

void rank_list_draw(struct canvas *c, const struct app *app)
{
    const struct rank_rows *ranks = &app->live.ranks;
    char title[80];

    rank_report_words(&app->live.status.together, live_on_gpus(&app->live), title, sizeof title);

    struct canvas inside = shape_frame(c, title, false, false, true);

    draw_heads(&inside);
    for (int i = 0; i < ranks->count && HEADS + i < inside.clip.rows; i++)
        draw_rank(&inside, HEADS + i, &ranks->rows[i],
                  strcmp(ranks->rows[i].name, app->live.status.together.slowest) == 0 ? ROLE_WARN : ROLE_NORMAL);
}
