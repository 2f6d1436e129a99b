/* The recipe that the panels edit, the last change of it, and the model that it makes. */
#ifndef TUI_DRAFT_H
#define TUI_DRAFT_H

#include "data/sources/source.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe.h"

struct draft {
    struct recipe recipe;     /* a run has a copy of its own */
    struct recipe before;     /* the last change, when can_undo */
    bool can_undo;
    char path[512];           /* where it was written last, as typed; "": nowhere yet */
    struct model model;
    struct error model_error; /* kind ERROR_NONE: every layer can be */
};

void draft_remember(struct draft *d); /* call it before each change */
bool draft_undo(struct draft *d);     /* undoes the last change, and that the next time; false: there is none */

/* Makes the model for a data set; NULL: there is none, and so no model. */
void draft_infer(struct draft *d, const struct dataset_info *dataset);

#endif
