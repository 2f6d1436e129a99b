/* What the workbench keeps from one session to the next, in the user's state folder (path_state()): the last recipe.
 * Nothing is lost but convenience where that folder cannot be written. */
#ifndef TUI_KEPT_H
#define TUI_KEPT_H

#include "nn/recipe/recipe.h"

enum { KEPT_PATH_SIZE = 512 };

/* The recipe of the last session, with its name, and the file it was written to as typed ("": none). False where there
 * is none, or none that can be read; *out is then unchanged. */
bool kept_recipe_read(struct recipe *out, char file[KEPT_PATH_SIZE]);
bool kept_recipe_write(const struct recipe *r, const char *file, struct error *e); /* atomic */

#endif
