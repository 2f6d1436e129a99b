/* What is to be done in the folder of a run, whoever was there before: `cuvette train --resume` of a job script says
 * the same thing each time that Slurm starts it, and so does a comparison that is gone on with. */
#ifndef RUN_GO_ON_H
#define RUN_GO_ON_H

#include <stddef.h>

#include "nn/recipe/recipe.h"

enum go_on {
    GO_ON_BEGIN,  /* there is no run yet */
    GO_ON_AGAIN,  /* there is one without a checkpoint: from the first step */
    GO_ON_RESUME, /* from its checkpoint */
    GO_ON_DONE    /* it is finished */
};

/* `wanted` becomes the recipe of the run that is there: its own, as it began, with the wanted device, and the wanted
 * epochs where these are more. `note` says what else was wanted and does not count; or "". False with an error. */
bool go_on_look(const char *folder, struct recipe *wanted, enum go_on *out, char *note, size_t size, struct error *e);

#endif
