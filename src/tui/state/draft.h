/* The recipe that the panels edit, what it was before each change, and the model that it makes. */
#ifndef TUI_DRAFT_H
#define TUI_DRAFT_H

#include "data/sources/source.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe.h"
#include "tui/state/versions.h"

struct draft {
    struct recipe recipe;     /* a run has a copy of its own */
    struct versions versions; /* of the recipe */
    char path[512];           /* where it was written last, as typed; "": nowhere yet */
    struct model model;
    struct error model_error; /* kind ERROR_NONE: every layer can be */
};

/* Takes note of the recipe as it now stands, after every change: it can be undone. */
void draft_note(struct draft *d);
void draft_close(struct draft *d); /* a zeroed one is fine */

/* Undoes the last change, or does again what was undone last, of any depth; `words` gets what that change was, see
 * recipe_changes(). False: there is none. */
bool draft_undo(struct draft *d, char *words, size_t size);
bool draft_redo(struct draft *d, char *words, size_t size);

/* Makes the model for a data set; NULL: there is none, and so no model. */
void draft_infer(struct draft *d, const struct dataset_info *dataset);

#endif
