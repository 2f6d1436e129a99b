#include "tui/panels/message.h"

#include "base/limits.h"
#include "tui/app.h"

enum { ROWS_MOST = 4, MARGIN = 1 };

bool message_draw(struct canvas *screen, const struct app *app)
{
    const struct display *d = &app->display;
    bool impossible = d->focus == PANEL_LAYERS && !d->dialog && app->draft.model_error.kind != ERROR_NONE;
    const char *text = d->message[0] == '\0' && impossible ? app->draft.model_error.text : d->message;
    int columns = screen->clip.columns - 2 * MARGIN;
    bool instead = text[0] != '\0' && d->layout.numbers.rows > 0;
    int end = screen->clip.rows - (instead ? 0 : 1);
    int rows = text[0] == '\0' ? 0 : int_min(canvas_paragraph_rows(text, columns), ROWS_MOST);
    struct rectangle above = { end - rows, 0, rows, screen->clip.columns };
    struct canvas whole = canvas_part(screen, above);
    struct canvas inside = canvas_part(&whole, (struct rectangle){ 0, MARGIN, rows, columns });

    canvas_clear(&whole);
    canvas_paragraph(&inside, 0, d->message[0] == '\0' ? ROLE_BAD : d->message_role, text);
    return instead;
}
