/* More epochs for a comparison, whether it is done or not: its runs go on from their last checkpoints. */
#ifndef RUN_COMPARE_COMPARISON_LENGTHEN_H
#define RUN_COMPARE_COMPARISON_LENGTHEN_H

#include "run/compare/comparison.h"

/* Gives it so many epochs, in its recipe.ini too, while nobody trains it. As many as it has change nothing. `note`
 * says what that means for its learning rates; or "". False with an error, and nothing is changed: it has more, or its
 * runs have epochs of their own, or somebody trains it. */
bool comparison_lengthen(struct comparison *c, int epochs, char *note, size_t size, struct error *e);

#endif
