#include "tui/state/field_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/text.h"

enum { LINE_SIZE = 512, FILE_SIZE = 8192 };

static bool take_line(struct field_table fields, void *settings, char *line, struct error *e)
{
    char *equals = strchr(line, '='), *name = text_trim(line);
    const struct field *field;

    if (name[0] == '\0' || name[0] == ';' || name[0] == '#')
        return true;
    if (!equals)
        return error_set(e, ERROR_INPUT, "'%.40s' is no line of the form: name = value", name);
    *equals = '\0';
    name = text_trim(line);
    field = fields_find(fields, name);
    if (!field)
        return error_set(e, ERROR_INPUT, "there is no setting '%.40s'", name);
    return field_parse(field, settings, text_trim(equals + 1), e);
}

bool field_file_read(const char *path, struct field_table fields, void *settings, struct error *e)
{
    char line[LINE_SIZE];
    struct error wrong;
    bool good = true;
    FILE *in;

    fields_preset(fields, settings);
    in = file_open_stream(path);
    if (!in)
        return errno == ENOENT || errno == ENOTDIR || error_set_errno(e, "cannot read %s", path);
    for (int number = 1; fgets(line, sizeof line, in); number++) {
        if (take_line(fields, settings, line, &wrong) || !good)
            continue;
        good = false;
        *e = wrong;
        error_context(e, "%s:%d", path, number);
    }
    fclose(in);
    return good;
}

bool field_file_write(const char *path, struct field_table fields, const void *settings, struct error *e)
{
    char folder[PATH_SIZE], value[FIELD_TEXT_SIZE], text[FILE_SIZE] = "";

    text_copy(folder, sizeof folder, path);
    *strrchr(folder, '/') = '\0';
    if (!path_make_folders(folder, e))
        return false;
    for (int i = 0; i < fields.count; i++) {
        field_format(&fields.fields[i], settings, value, sizeof value);
        text_append(text, sizeof text, "; %s\n%s = %s\n", fields.fields[i].help, fields.fields[i].name, value);
    }
    return atomic_file_write(path, text, strlen(text), e);
}
