/* A command that several ranks run at once, as mpirun starts them: they meet before anything of a run begins, and end
 * with one word. Rank 0 prints; another one only where the failure is its own, or rank 0 is lost. */
#ifndef CLI_TOGETHER_H
#define CLI_TOGETHER_H

#include "nn/plan/communicator.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

enum { TOGETHER_PATIENCE = 50 }; /* seconds, where nobody says others */

struct together {
    struct communicator *communicator; /* NULL: this process is alone */
    bool agreed;                       /* that the command fails; all ranks know why */
};

/* Meets the others, where a launcher started several; `patience`: seconds. False with an error. Whatever comes of it,
 * together_end() it. */
bool together_begin(struct together *t, double patience, struct error *e);

/* `fine` and *e say how this rank's last step went; true where it went well on all. Alone, it is `fine`. */
bool together_agree(struct together *t, bool fine, struct error *e);

/* Do all have the same recipe, version and kind of device? *device: what this rank trains on; not looked for alone. */
bool together_compare(struct together *t, const struct recipe *recipe, struct device *device, struct error *e);

/* The number and the recipe of rank 0 to all, each with its own device in it. */
bool together_tell(struct together *t, int *number, struct recipe *recipe, struct error *e);

/* Leaves the others; `fine` and *e as the command is to end. An error is told here, or by another rank: it loses its
 * text. */
bool together_end(struct together *t, bool fine, struct error *e);

/* The value of --patience. False with ERROR_USAGE. */
bool together_patience(double *out, const char *text, struct error *e);

static inline bool together_follows(const struct together *t)
{
    return t->communicator && t->communicator->rank > 0;
}

#endif
