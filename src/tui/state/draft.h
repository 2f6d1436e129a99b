/* The recipe that the panels edit, what it was before each change, and the model that it makes. */
#ifndef TUI_DRAFT_H
#define TUI_DRAFT_H

#include "data/sources/source.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe.h"
#include "nn/recipe/recipe_warnings.h"
#include "tui/state/kept.h"
#include "tui/state/versions.h"

/* Does the next session find the recipe as it is? It is kept when it has been still for a moment. */
enum draft_keeping {
    DRAFT_KEPT,     /* or never changed */
    DRAFT_CHANGED,  /* a moment ago */
    DRAFT_STILL,    /* since the last tick */
    DRAFT_UNKEPT,   /* it could not be written */
};

struct draft {
    struct recipe recipe;     /* a run has a copy of its own */
    struct versions versions; /* of the recipe */
    enum draft_keeping keeping;
    bool passing;             /* a session's that leaves no trace: never kept */
    bool continues;           /* what was kept last is of this session, or was taken up by it */
    bool stored;              /* as it stands it is a preset's, or a file's that the user named */
    char path[PATH_SIZE]; /* where it was written last, as typed; "": nowhere yet */
    struct model model;
    struct error model_error; /* kind ERROR_NONE: every layer can be */
    struct recipe_warnings warnings;
};

/* Takes note of the recipe as it now stands, after every change: it can be undone. */
void draft_note(struct draft *d);
void draft_used(struct draft *d);  /* a run has begun with it: worth keeping, though nothing was changed */
void draft_close(struct draft *d); /* a zeroed one is fine */

/* Keeps it for the next session, when it is not kept yet. draft_tick(): once a second, when it has been still. */
bool draft_keep(struct draft *d, struct error *e);
void draft_tick(struct draft *d);

/* Undoes the last change, or does again what was undone last, of any depth; `words` gets what that change was, see
 * recipe_changes(). False: there is none. */
bool draft_undo(struct draft *d, char *words, size_t size);
bool draft_redo(struct draft *d, char *words, size_t size);

/* What is hardly meant by a recipe that may become the draft, for a data set; NULL: there is none. */
struct recipe_warnings draft_warnings(const struct recipe *r, const struct dataset_info *dataset);

/* Makes the model for a data set, and looks for what is hardly meant; NULL: there is none, and so no model. */
void draft_infer(struct draft *d, const struct dataset_info *dataset);

#endif
