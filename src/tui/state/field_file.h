/* A file of the user's with the settings of a field table, as INI text (base/ini_text.h) without sections. */
#ifndef TUI_FIELD_FILE_H
#define TUI_FIELD_FILE_H

#include "base/field.h"

/* The presets where there is no file. False with an error that names file and line where one cannot be understood; what
 * can is then set, and the rest as in the presets. */
bool field_file_read(const char *path, struct field_table fields, void *settings, struct error *e);

/* Into a folder that is made when it is missing. Atomic. */
bool field_file_write(const char *path, struct field_table fields, const void *settings, struct error *e);

#endif
