/* Recipes as INI files (base/ini_text.h), and the presets, which are such files in the executable. Sections are those
 * of RECIPE_SECTIONS; [layers] has a line a layer:
 *     conv2d = filters=32 kernel=3 activation=relu                                                           */
#ifndef NN_RECIPE_FILE_H
#define NN_RECIPE_FILE_H

#include <stdio.h>

#include "nn/recipe/recipe.h"

/* A preset's name, or a file. Unknown names list the presets; errors in a file say file and line. *r is changed only on
 * success. `called` is what errors call the text; "section.key=value" is an assignment, "section.key" a name. */
bool recipe_load(struct recipe *r, const char *name_or_path, struct error *e);
bool recipe_parse(struct recipe *r, const char *text, const char *called, struct error *e);
bool recipe_set(struct recipe *r, const char *assignment, struct error *e);
bool recipe_set_key(struct recipe *r, const char *name, const char *text, struct error *e); /* the text as it is */

bool recipe_write(const struct recipe *r, FILE *out);                       /* false on a write error */
char *recipe_text(const struct recipe *r, struct error *e);                 /* free() it; NULL with an error */
bool recipe_save(const struct recipe *r, const char *path, struct error *e); /* atomic */

const char *recipe_preset_name(int position); /* "mnist-mlp" …; NULL past the end */

/* What it is, in a sentence: the comment in its first line. As much as there is room for. */
void recipe_preset_words(int position, char *out, size_t size);

#endif
