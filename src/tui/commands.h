/* Everything that can be asked for by name: the actions of keys.h, the keys of the panels, presets, data sets, layers,
 * and the settings of the recipe and of the screen. The palette lists them; each kind comes from the table that it has
 * anyway. */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/field.h"
#include "tui/keys.h"

struct app;

struct command_entry {
    char name[160];             /* "Export: write the charts as files", "open mnist-cnn", "learning_rate" */
    char right[FIELD_TEXT_SIZE]; /* its key, or what the setting is now */
    char help[192];             /* what it is, or what the setting can be */
    bool takes_value;           /* a setting: it is set to what is typed after its name and a blank */
};

/* How a key is pressed and an action is done: actions.c, which is above. */
struct command_hands {
    void (*act)(struct app *app, enum action action);
    void (*press)(struct app *app, int key);
};

int commands_count(const struct app *app);
struct command_entry commands_at(const struct app *app, int position);

/* Does it. No dialog is open then but those it opens. */
void commands_run(struct app *app, const struct command_hands *hands, int position);

/* For an entry that takes one. False with an error that says what is allowed; nothing is changed then. */
bool commands_set(struct app *app, int position, const char *text, struct error *e);

#endif
