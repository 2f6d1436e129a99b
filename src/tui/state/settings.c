#include "tui/state/settings.h"

#include "tui/state/field_file.h"
#include "tui/term/look.h"

static const struct field fields[] = {
    CHOICE_FIELD(struct settings, theme, theme_names, THEME_auto,
                 "colours: dark and light for the ground, safe for all eyes, mono none"),
    REAL_FIELD(struct settings, rate, 0, 30, 0, "frames a second, at most; 0: as many as the link allows"),
    SWITCH_FIELD(struct settings, slow, false, "send fewer than 40 bytes a second"),
    SWITCH_FIELD(struct settings, mouse, true, "take clicks, drags and the wheel"),
    SWITCH_FIELD(struct settings, braille, true, "draw curves of dots; off: of blocks, for fonts without braille"),
};

const struct field_table settings_fields = FIELD_TABLE(fields);

bool settings_path(char out[PATH_SIZE], struct error *e)
{
    char folder[PATH_SIZE];

    return path_config(folder, e) && path_join(out, folder, "settings.ini", e);
}

bool settings_read(struct settings *s, struct error *e)
{
    char path[PATH_SIZE];

    if (settings_path(path, e))
        return field_file_read(path, settings_fields, s, e);
    fields_preset(settings_fields, s);
    return true; /* nowhere to look: there is none */
}

bool settings_write(const struct settings *s, struct error *e)
{
    char path[PATH_SIZE];

    return settings_path(path, e) && field_file_write(path, settings_fields, s, e);
}
