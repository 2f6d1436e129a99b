#include "tui/help.h"

#include "base/limits.h"
#include "tui/app.h"
#include "tui/devices/devices_view.h"
#include "tui/dialogs/dialog.h"
#include "tui/panels/panel.h"

struct help_section help_section(int position)
{
    for (int i = 0; i < PLACE_COUNT; i++)
        if (panel_classes[i]->keys && position-- == 0)
            return (struct help_section){ panel_classes[i]->title, panel_classes[i]->keys };
    return position == 0 ? (struct help_section){ "Device view", devices_view_keys } : (struct help_section){ 0 };
}

struct help_dialog {
    struct dialog dialog;
    int first; /* row of the page that is shown at the top */
};

enum { HELP_COLUMNS = 64, KEYS_COLUMNS = 16, BELOW_PAGE = 2, AROUND_PAGE = 4 /* box, status and key line */ };

struct page {
    struct canvas *canvas;
    int first, row; /* the row at the top of the canvas, and the next one to write */
};

static void heading(struct page *p, const char *text)
{
    canvas_text(p->canvas, p->row++ - p->first, 0, ROLE_TITLE, text);
}

static void line(struct page *p, const char *keys, const char *help)
{
    canvas_text(p->canvas, p->row - p->first, 1, ROLE_KEY, keys);
    canvas_text(p->canvas, p->row - p->first, KEYS_COLUMNS, ROLE_NORMAL, help);
    p->row++;
}

static void write_page(struct page *p)
{
    struct help_section section;

    heading(p, "Everywhere");
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        line(p, b->shown, b->help);
    for (int i = 0; (section = help_section(i)).title; i++) {
        p->row++;
        heading(p, section.title);
        for (const struct key_help *k = section.keys; k->keys; k++)
            line(p, k->keys, k->help);
    }
}

static int page_rows(void)
{
    struct canvas nowhere = { 0 };
    struct page p = { .canvas = &nowhere };

    write_page(&p);
    return p.row;
}

/* How many rows of the page the screen shows: it can be resized while the page is open. */
static int shown_rows(const struct app *app)
{
    return int_min(page_rows(), app->display.rows - AROUND_PAGE - BELOW_PAGE);
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct help_dialog *h = (const struct help_dialog *)d;
    struct canvas text = canvas_part(c, (struct rectangle){ 0, 0, shown_rows(app), c->clip.columns });
    struct page p = { .canvas = &text, .first = h->first };

    write_page(&p);
    canvas_text(c, c->clip.rows - 1, 0, ROLE_DIM,
                shown_rows(app) < page_rows() ? "↑↓ PgUp PgDn more   any other key closes" : "any key closes");
}

static int key(struct dialog *d, struct app *app, int key)
{
    struct help_dialog *h = (struct help_dialog *)d;
    int shown = shown_rows(app), last = page_rows() - shown;

    switch (key) {
    case KEYCODE_UP: h->first -= 1; break;
    case KEYCODE_DOWN: h->first += 1; break;
    case KEYCODE_PAGE_UP: h->first -= shown - 1; break;
    case KEYCODE_PAGE_DOWN: h->first += shown - 1; break;
    case KEYCODE_HOME: h->first = 0; break;
    case KEYCODE_END: h->first = last; break;
    default: return REACTION_CLOSE;
    }
    h->first = int_max(int_min(h->first, last), 0);
    return REACTION_HANDLED;
}

static const struct dialog_class help_class = {
    .size = sizeof(struct help_dialog),
    .draw = draw,
    .key = key,
};

void help_open(struct app *app)
{
    dialog_open(app, &help_class, "Help", shown_rows(app) + BELOW_PAGE, HELP_COLUMNS);
}
