#include "tui/state/field_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/ini_text.h"
#include "base/text.h"

struct reading {
    struct field_table fields;
    void *settings;
};

static bool take(void *context, const char *section, const char *name, const char *value, struct error *e)
{
    const struct reading *r = context;
    const struct field *field = fields_find(r->fields, name);

    if (section[0])
        return error_set(e, ERROR_INPUT, "there is no section [%.40s]", section);
    return field ? field_parse(field, r->settings, value, e)
                 : error_set(e, ERROR_INPUT, "there is no setting '%.40s'", name);
}

bool field_file_read(const char *path, struct field_table fields, void *settings, struct error *e)
{
    struct reading reading = { fields, settings };

    fields_preset(fields, settings);
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;

    char *text = ini_text_load(path, "a file of settings", e);
    bool good = text && ini_text_read_on(text, path, take, &reading, e);

    free(text);
    return good;
}

static void write_fields(FILE *out, struct field_table fields, const void *settings)
{
    char value[FIELD_TEXT_SIZE];

    for (int i = 0; i < fields.count; i++) {
        field_format(&fields.fields[i], settings, value, sizeof value);
        fprintf(out, "; %s\n", fields.fields[i].help);
        ini_text_write(out, fields.fields[i].name, value);
    }
}

bool field_file_write(const char *path, struct field_table fields, const void *settings, struct error *e)
{
    char folder[PATH_SIZE], *text = NULL;
    size_t size = 0;

    text_copy(folder, sizeof folder, path);
    *strrchr(folder, '/') = '\0';
    if (!path_make_folders(folder, e))
        return false;

    FILE *out = open_memstream(&text, &size);

    if (out)
        write_fields(out, fields, settings);

    bool kept = out && fclose(out) == 0 ? atomic_file_write(path, text, size, e)
                                        : error_set(e, ERROR_MEMORY, "no memory to write %s", path);

    free(text);
    return kept;
}
