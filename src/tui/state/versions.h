/* The versions of a recipe, for undo and redo: whole recipes in the order in which they were, one of them the present
 * one. As many as fit in a few megabytes, which is thousands; the oldest are forgotten first. */
#ifndef TUI_VERSIONS_H
#define TUI_VERSIONS_H

#include "nn/recipe/recipe.h"

struct version;

struct versions {
    struct version *now; /* NULL: there are none yet */
    size_t bytes;
};

enum { VERSIONS_BYTES = 8 << 20 };

/* A new present one; false: it means the same as the present one. What was undone is forgotten. Without memory for it
 * the change cannot be undone by itself, and nothing else happens. */
bool versions_add(struct versions *v, const struct recipe *r);
void versions_free(struct versions *v); /* a zeroed one is fine */

/* The version before the present one (-1) or after it (+1), which becomes the present. False: there is none. */
bool versions_move(struct versions *v, int direction, struct recipe *out);

#endif
