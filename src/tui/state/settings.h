/* What the user sets once for the screen, kept in settings.ini of the user's config folder (path_config(),
 * field_file.h). */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include "base/field.h"
#include "base/path.h"

struct settings {
    int theme;   /* enum theme */
    double rate; /* frames a second, at most; 0: as many as the link allows */
    bool slow;   /* fewer than 40 bytes a second */
    bool mouse;
    bool braille; /* of which curves are drawn; else of half blocks */
};

extern const struct field_table settings_fields;

bool settings_read(struct settings *s, struct error *e); /* as field_file_read() */
bool settings_write(const struct settings *s, struct error *e);
bool settings_path(char out[PATH_SIZE], struct error *e);

#endif
