#include "tui/preferences.h"

#include <string.h>

#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/draw/figures.h"

/* What the settings change at once; the loop sees to the rest. */
static void apply(struct app *app)
{
    struct display *d = &app->display;

    d->mouse = app->settings.mouse;
    d->without_braille = !app->settings.braille;
    if (d->rows > 0)
        app_resize(app, d->rows, d->columns, d->unicode);
}

void preferences_read(struct app *app)
{
    struct error e;

    if (!settings_read(&app->settings, &e))
        display_say_error(&app->display, &e);
    apply(app);
}

void preferences_keep(struct app *app, const struct settings *settings)
{
    const int around = 24; /* the words beside the path */
    char path[PATH_SIZE], shown[PATH_SIZE];
    struct error e;

    app->settings = *settings;
    apply(app);
    if (!settings_write(&app->settings, &e) || !settings_path(path, &e)) {
        display_say_error(&app->display, &e);
        return;
    }
    figure_path(shown, sizeof shown, path, app->display.columns - around);
    display_say(&app->display, ROLE_GOOD, "settings kept in %s", shown);
}

/* The form's copy ends with the last field. */
static void accept(struct app *app, const void *settings, int target)
{
    struct settings changed = app->settings;
    (void)target;

    memcpy(&changed, settings, dialog_form_size(settings_fields));
    preferences_keep(app, &changed);
}

void preferences_open(struct app *app)
{
    dialog_form(app, &(struct form_setup){
        .title = "settings",
        .fields = settings_fields,
        .settings = &app->settings,
        .apply = accept,
    });
}
