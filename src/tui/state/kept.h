/* What the workbench keeps from one session to the next, in the user's state folder (path_state()): the last recipe,
 * the data sets that were given by a path, and what forms were filled in with. Nothing is lost but convenience
 * where that folder cannot be written. */
#ifndef TUI_KEPT_H
#define TUI_KEPT_H

#include "base/field.h"
#include "base/path.h"
#include "nn/recipe/recipe.h"

/* The recipe that was written last, and the one that was set aside before it. */
enum kept_age { KEPT_LAST, KEPT_BEFORE };

/* A recipe that was kept, with its name, and the file it was written to as typed ("": none). False where there is none,
 * or none that can be read; *out is then unchanged. */
bool kept_recipe_read(enum kept_age age, struct recipe *out, char file[PATH_SIZE]);
bool kept_recipe_write(const struct recipe *r, const char *file, struct error *e); /* atomic */

/* The last one becomes the one before: what is written next is of another session. */
void kept_recipe_set_aside(void);

/* Absolute paths of data sets, the one chosen last in front: returns how many there are, at most `room`. */
int kept_datasets_read(char paths[][PATH_SIZE], int room);
bool kept_datasets_write(char paths[][PATH_SIZE], int count, struct error *e); /* atomic */

/* What a form was filled in with, under a name such as "job.ini"; the presets where that cannot be read. */
void kept_form_read(const char *name, struct field_table fields, void *settings);
bool kept_form_write(const char *name, struct field_table fields, const void *settings, struct error *e); /* atomic */

#endif
