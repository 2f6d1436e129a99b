#include "tui/dialogs/edit.h"

#include <string.h>

#include "base/completion.h"
#include "base/errand.h"
#include "base/text.h"
#include "tui/keys.h"
#include "tui/draw/utf8.h"

void edit_begin(struct edit *l, const char *text)
{
    text_copy(l->text, sizeof l->text, text);
    l->cursor = (int)strlen(l->text);
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static int before(const struct edit *l, int position)
{
    if (position > 0)
        position--;
    while (position > 0 && is_continuation(l->text[position]))
        position--;
    return position;
}

static int after(const struct edit *l, int position)
{
    if (l->text[position] != '\0')
        position++;
    while (is_continuation(l->text[position]))
        position++;
    return position;
}

static void erase(struct edit *l, int from, int to)
{
    memmove(l->text + from, l->text + to, strlen(l->text + to) + 1);
    l->cursor = from;
}

static void insert(struct edit *l, int key)
{
    char bytes[UTF8_SIZE];
    int n = utf8_put(bytes, (uint32_t)key);
    size_t length = strlen(l->text);

    if (length + (size_t)n >= sizeof l->text)
        return;
    memmove(l->text + l->cursor + n, l->text + l->cursor, length - (size_t)l->cursor + 1);
    memcpy(l->text + l->cursor, bytes, (size_t)n);
    l->cursor += n;
}

bool edit_key(struct edit *l, int key)
{
    switch (key) {
    case KEYCODE_LEFT: l->cursor = before(l, l->cursor); return true;
    case KEYCODE_RIGHT: l->cursor = after(l, l->cursor); return true;
    case KEYCODE_HOME: l->cursor = 0; return true;
    case KEYCODE_END: l->cursor = (int)strlen(l->text); return true;
    case KEYCODE_BACKSPACE: erase(l, before(l, l->cursor), l->cursor); return true;
    case KEYCODE_DELETE: erase(l, l->cursor, after(l, l->cursor)); return true;
    case KEYCODE_CTRL_U: erase(l, 0, (int)strlen(l->text)); return true;
    default: break;
    }
    if (key & KEYCODE_PASTED) /* a line has no place for the end of another */
        key = key == (KEYCODE_ENTER | KEYCODE_PASTED) ? KEYCODE_NONE : key & ~KEYCODE_PASTED;
    if (key < ' ' || key == 0x7F || key >= KEYCODE_UP)
        return false;
    insert(l, key);
    return true;
}

struct completing {
    char typed[sizeof((struct edit *)0)->text];
    struct completion found;
};

static bool work(void *paper, struct error *e)
{
    struct completing *c = paper;
    (void)e;

    c->found = completion_of_path(c->typed);
    return true;
}

/* The folder may be on a file system that does not answer: another process looks into it. */
static bool complete(const char *typed, struct completion *out, struct error *e)
{
    const double patience = 1;
    struct completing asked = { .found = { .count = 0 } };

    text_copy(asked.typed, sizeof asked.typed, typed);
    struct errand *r = errand_start(&(struct errand_setup){ .work = work,
                                                            .asked = &asked,
                                                            .asked_size = sizeof asked,
                                                            .size = sizeof asked,
                                                            .limits = { .seconds = patience },
                                                            .subject = typed },
                                    e);
    bool over = r && errand_wait(r, patience, e);

    if (r && !over)
        error_set(e, ERROR_INPUT, "the folder does not answer");
    if (over)
        *out = ((const struct completing *)errand_paper(r))->found;
    errand_free(r);
    return over && e->kind == ERROR_NONE;
}

void edit_complete(struct edit *l, char names[EDIT_NAMES_SIZE])
{
    struct completion c;
    struct error e;

    if (!complete(l->text, &c, &e)) {
        text_copy(names, EDIT_NAMES_SIZE, e.text);
        return;
    }
    text_copy(names, EDIT_NAMES_SIZE, c.count == 0 ? "nothing there begins like this" : c.names);
    if (strlen(c.text) < sizeof l->text)
        edit_begin(l, c.text);
}

void edit_draw(const struct edit *l, struct canvas *c, int row, int column)
{
    struct canvas line = canvas_part(c, (struct rectangle){ row, column, 1, c->clip.columns - column });
    int first = l->cursor, at = 0;
    char head[sizeof l->text];

    memcpy(head, l->text, (size_t)l->cursor);
    head[l->cursor] = '\0';
    /* As many characters in front of the cursor as leave it inside. */
    for (int wide; first > 0; at = wide) {
        wide = canvas_text_width(head + before(l, first));
        if (wide >= line.clip.columns)
            break;
        first = before(l, first);
    }

    canvas_text(&line, 0, 0, ROLE_STRONG, l->text + first);
    if (l->text[l->cursor] == '\0')
        canvas_put(&line, 0, at, ROLE_SELECTED, ' ');
    else
        canvas_role(&line, 0, at, 1, ROLE_SELECTED);
}
