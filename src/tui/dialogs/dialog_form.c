#include "tui/dialogs/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/edit.h"
#include "tui/draw/shapes.h"

struct form_dialog {
    struct dialog dialog;
    struct form_setup setup;
    void *settings;     /* the copy that is edited */
    void *tried;        /* the same, with the value that is typed so far, when it is one */
    size_t size;        /* of each */
    int selected;
    bool typing;        /* `line` is shown in place of the selected value */
    struct edit line;
    struct error error; /* of the last value typed */
    char names[EDIT_NAMES_SIZE]; /* what the last Tab found; "": nothing was asked */
};

enum { NAME_COLUMNS = 18, NOTE_ROWS = 2, FORM_COLUMNS = 60, NARROW = 50 };

/* Below the fields: a blank row, the field's help, a note about the values. */
static int help_rows(int columns)
{
    return columns < NARROW ? 3 : 2;
}

static int below_fields(int columns)
{
    return 1 + help_rows(columns) + NOTE_ROWS;
}

size_t dialog_form_size(struct field_table fields)
{
    size_t size = 1;

    for (int i = 0; i < fields.count; i++)
        if (fields.fields[i].offset + fields.fields[i].size > size)
            size = fields.fields[i].offset + fields.fields[i].size;
    return size;
}

static const struct field *field_at(const struct form_dialog *f, int position)
{
    return &f->setup.fields.fields[position];
}

static void draw_field(const struct form_dialog *f, struct canvas *c, int row, int position)
{
    const struct field *field = field_at(f, position);
    bool selected = position == f->selected;
    char text[512];

    for (int i = 0; field->name[i] != '\0'; i++)
        canvas_put(c, row, 1 + i, ROLE_NORMAL, field->name[i] == '_' ? ' ' : (unsigned char)field->name[i]);
    if (selected && f->typing) {
        edit_draw(&f->line, c, row, NAME_COLUMNS + 2);
        return;
    }
    field_format(field, f->settings, text, sizeof text);
    if (selected) {
        int used;

        canvas_row_role(c, row, ROLE_SELECTED);
        canvas_text(c, row, NAME_COLUMNS, ROLE_SELECTED, "◂");
        used = canvas_text(c, row, NAME_COLUMNS + 2, ROLE_SELECTED, text);
        canvas_text(c, row, NAME_COLUMNS + 3 + used, ROLE_SELECTED, "▸");
    } else {
        canvas_text(c, row, NAME_COLUMNS + 2, field_is_preset(field, f->settings) ? ROLE_NORMAL : ROLE_STRONG, text);
    }
}

static void draw_notes(const struct form_dialog *f, struct canvas *c, const struct app *app)
{
    const struct field *field = field_at(f, f->selected);
    int row = c->clip.rows - below_fields(c->clip.columns) + 1, rows = help_rows(c->clip.columns);
    struct canvas help = canvas_part(c, (struct rectangle){ row, 1, rows, c->clip.columns - 1 });
    struct canvas notes = canvas_part(c, (struct rectangle){ row + rows, 1, NOTE_ROWS, c->clip.columns - 1 });
    char range[128], text[sizeof f->error.text] = "";

    field_range(field, range, sizeof range);
    snprintf(text, sizeof text, "%s (%s)", field->help, range);
    canvas_paragraph(&help, 0, ROLE_DIM, canvas_paragraph_rows(text, help.clip.columns) <= rows ? text : field->help);
    if (f->error.kind != ERROR_NONE) {
        canvas_paragraph(&notes, 0, ROLE_BAD, f->error.text);
    } else if (f->names[0] != '\0') {
        canvas_paragraph(&notes, 0, ROLE_DIM, f->names);
    } else if (f->setup.describe) {
        enum role role =
            f->setup.describe(app, f->typing ? f->tried : f->settings, f->setup.target, text, sizeof text);

        canvas_paragraph(&notes, 0, role, text);
    }
}

static void draw(const struct dialog *d, struct canvas *c, const struct app *app)
{
    const struct form_dialog *f = (const struct form_dialog *)d;
    int rows = c->clip.rows - below_fields(c->clip.columns), count = f->setup.fields.count;
    int first = layout_first(f->selected, count, rows);

    if (f->setup.fields.count == 0) {
        canvas_text(c, 0, 1, ROLE_DIM, "no settings");
        return;
    }
    for (int row = 0; row < rows && first + row < f->setup.fields.count; row++)
        draw_field(f, c, row, first + row);
    shape_more(c, 0, rows, first > 0, first + rows < f->setup.fields.count);
    draw_notes(f, c, app);
}

/* False when what was typed is not a value of the field: typing goes on. */
static bool accept_typed(struct form_dialog *f)
{
    f->error.kind = ERROR_NONE;
    if (!f->typing)
        return true;
    if (!field_parse(field_at(f, f->selected), f->settings, f->line.text, &f->error))
        return false;
    f->typing = false;
    return true;
}

/* Half a value may not be one yet: only Enter shows an error. */
static bool type(struct form_dialog *f, int key)
{
    struct error not_yet;

    if (!edit_key(&f->line, key))
        return false;
    memcpy(f->tried, f->settings, f->size);
    field_parse(field_at(f, f->selected), f->tried, f->line.text, &not_yet);
    f->error.kind = ERROR_NONE;
    return true;
}

static bool is_path(const struct form_dialog *f)
{
    return field_at(f, f->selected)->is_path;
}

static int key_while_typing(struct form_dialog *f, int key)
{
    f->names[0] = '\0';
    if (type(f, key))
        return REACTION_HANDLED;
    if (key == KEYCODE_TAB && is_path(f)) {
        edit_complete(&f->line, f->names);
        return REACTION_HANDLED;
    }
    if (key == KEYCODE_ENTER) {
        accept_typed(f);
        return REACTION_HANDLED;
    }
    if (key == KEYCODE_ESCAPE) {
        f->typing = false;
        f->error.kind = ERROR_NONE;
        return REACTION_HANDLED;
    }
    return REACTION_NONE;
}

/* A text is continued; any other value is replaced by what is typed, and so is a path by the beginning of one. */
static int begin_typing(struct form_dialog *f, int key)
{
    const struct field *field = field_at(f, f->selected);
    char text[sizeof f->line.text] = "";

    if (field->kind == FIELD_TEXT && !(field->is_path && (key == '/' || key == '~')))
        field_format(field, f->settings, text, sizeof text);
    edit_begin(&f->line, text);
    f->typing = type(f, key);
    return f->typing ? REACTION_HANDLED : REACTION_NONE;
}

static int key_of_form(struct form_dialog *f, struct app *app, int key)
{
    int to = keys_move(f->selected, f->setup.fields.count, f->dialog.rows - below_fields(FORM_COLUMNS), key);

    if (f->setup.fields.count == 0)
        return REACTION_CLOSE;
    if (f->typing && (key == KEYCODE_HOME || key == KEYCODE_END))
        return key_while_typing(f, key);
    if (key == KEYCODE_TAB && !(f->typing && is_path(f)))
        to = (f->selected + 1) % f->setup.fields.count;
    if (to >= 0) {
        if (accept_typed(f))
            f->selected = to;
        return REACTION_HANDLED;
    }
    if (f->typing)
        return key_while_typing(f, key);
    switch (key) {
    case KEYCODE_LEFT:
    case KEYCODE_RIGHT:
    case ' ':
        field_nudge(field_at(f, f->selected), f->settings, key == KEYCODE_LEFT ? -1 : 1);
        return REACTION_HANDLED;
    case KEYCODE_ENTER:
        f->setup.apply(app, f->settings, f->setup.target);
        return REACTION_CLOSE;
    case KEYCODE_ESCAPE:
        return REACTION_CLOSE;
    default:
        return begin_typing(f, key);
    }
}

const struct key_help dialog_form_keys[] = {
    { "Enter", "take all values", "Done" },
    { "Left/Right", "smaller or larger value", "Change" },
    { "Space", "next value", NULL },
    { "0-9 a-z", "type a value", NULL },
    { "Tab", "next field", NULL },
    { "Esc", "leave all as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct key_help typing_keys[] = {
    { "Enter", "take the value", "Set" },
    { "Esc", "leave it as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static const struct key_help path_keys[] = {
    { "Enter", "take the value", "Set" },
    { "Tab", "complete the path", "Complete" },
    { "Esc", "leave it as it was", "Cancel" },
    { NULL, NULL, NULL },
};

static int key(struct dialog *d, struct app *app, int key)
{
    struct form_dialog *f = (struct form_dialog *)d;
    int reaction = key_of_form(f, app, key);

    d->keys = !f->typing ? dialog_form_keys : is_path(f) ? path_keys : typing_keys;
    return reaction;
}

/* Again: the next value, as the arrow to the right. */
static int point(struct dialog *d, struct rectangle inside, int row, int column, bool again)
{
    struct form_dialog *f = (struct form_dialog *)d;
    int field = layout_line_at(f->selected, f->setup.fields.count, inside.rows - below_fields(inside.columns), row);
    (void)column;

    if (field < 0 || !accept_typed(f))
        return KEYCODE_NONE;
    if (again || field == f->selected)
        return KEYCODE_RIGHT;
    f->selected = field;
    d->keys = dialog_form_keys;
    return KEYCODE_NONE;
}

static void close_form(struct dialog *d, struct app *app)
{
    struct form_dialog *f = (struct form_dialog *)d;

    (void)app;
    free(f->settings);
    free(f->tried);
}

static const struct dialog_class form_class = {
    .size = sizeof(struct form_dialog),
    .keys = dialog_form_keys,
    .takes_text = true,
    .draw = draw,
    .key = key,
    .point = point,
    .close = close_form,
};

void dialog_form(struct app *app, const struct form_setup *setup)
{
    int rows = setup->fields.count + below_fields(app->display.columns);
    struct form_dialog *f = (struct form_dialog *)dialog_open(app, &form_class, setup->title, rows, FORM_COLUMNS);
    struct error e;

    if (!f)
        return;
    f->setup = *setup;
    f->size = dialog_form_size(setup->fields);
    f->settings = memory_new(1, f->size, &e);
    f->tried = memory_new(1, f->size, &e);
    if (!f->settings || !f->tried) {
        dialog_close(app, &f->dialog);
        display_say_error(&app->display, &e);
        return;
    }
    memcpy(f->settings, setup->settings, f->size);
}
