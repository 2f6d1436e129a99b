#include "tui/state/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/text.h"
#include "tui/term/look.h"

enum { LINE_SIZE = 512, FILE_SIZE = 4096 };

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

static char *trim(char *text)
{
    size_t length;

    text += strspn(text, " \t");
    for (length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]);)
        text[--length] = '\0';
    return text;
}

/* Comments begin with ';' or '#'. */
static bool take_line(struct settings *s, char *line, struct error *e)
{
    char *equals = strchr(line, '='), *name = trim(line);
    const struct field *field;

    if (name[0] == '\0' || name[0] == ';' || name[0] == '#')
        return true;
    if (!equals)
        return error_set(e, ERROR_INPUT, "'%.40s' is no line of the form: name = value", name);
    *equals = '\0';
    name = trim(line);
    field = fields_find(settings_fields, name);
    if (!field)
        return error_set(e, ERROR_INPUT, "there is no setting '%.40s'", name);
    return field_parse(field, s, trim(equals + 1), e);
}

bool settings_read(struct settings *s, struct error *e)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    struct error wrong;
    bool good = true;
    FILE *in;

    fields_preset(settings_fields, s);
    if (!settings_path(path, e))
        return true; /* nowhere to look: there is none */
    in = fopen(path, "r");
    if (!in)
        return errno == ENOENT || errno == ENOTDIR || error_set_errno(e, "cannot read %s", path);
    for (int number = 1; fgets(line, sizeof line, in); number++) {
        if (take_line(s, line, &wrong) || !good)
            continue;
        good = false;
        *e = wrong;
        error_context(e, "%s:%d", path, number);
    }
    fclose(in);
    return good;
}

bool settings_write(const struct settings *s, struct error *e)
{
    char path[PATH_SIZE], folder[PATH_SIZE], value[FIELD_TEXT_SIZE], text[FILE_SIZE] = "";

    if (!path_config(folder, e) || !settings_path(path, e) || !path_make_folders(folder, e))
        return false;
    for (int i = 0; i < settings_fields.count; i++) {
        field_format(&fields[i], s, value, sizeof value);
        text_append(text, sizeof text, "; %s\n%s = %s\n", fields[i].help, fields[i].name, value);
    }
    return atomic_file_write(path, text, strlen(text), e);
}
