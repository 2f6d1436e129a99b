#include "tui/panels/message.h"

#include "base/limits.h"
#include "tui/app.h"

enum { ROWS_MOST = 4, MARGIN = 1 };

/* The text's last row is just above row `end`. */
static void draw_above(struct canvas *screen, int end, enum role role, const char *text)
{
    int columns = screen->clip.columns - 2 * MARGIN;
    int rows = int_min(canvas_paragraph_rows(text, columns), ROWS_MOST);
    struct canvas whole = canvas_part(screen, (struct rectangle){ end - rows, 0, rows, screen->clip.columns });
    struct canvas inside = canvas_part(&whole, (struct rectangle){ 0, MARGIN, rows, columns });

    canvas_clear(&whole);
    canvas_paragraph(&inside, 0, role, text);
}

bool message_draw(struct canvas *screen, const struct app *app)
{
    const struct display *d = &app->display;

    if (d->message[0] != '\0')
        draw_above(screen, screen->clip.rows, d->message_role, d->message);
    else if (d->focus == PANEL_LAYERS && !d->dialog && app->draft.model_error.kind != ERROR_NONE)
        draw_above(screen, screen->clip.rows - 1, ROLE_BAD, app->draft.model_error.text);
    return d->message[0] != '\0';
}
