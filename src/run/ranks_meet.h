/* What ranks that train together make out before they begin: whose cores are whose, and whether they mean the same run.
 * All ranks call each of these; all get the same error. */
#ifndef RUN_RANKS_MEET_H
#define RUN_RANKS_MEET_H

#include "nn/plan/communicator.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

/* Ranks on a node that may use the same cores share them out (cores_share()), and all on it share its memory
 * (host_memory_share()). False with an error. */
bool ranks_meet_share(struct communicator *c, struct error *e);

/* One rank's failure is that of all: `fine`, or why not in *e. True where all are; else false, with the first failure
 * behind the name of its rank. */
bool ranks_meet_agree(struct communicator *c, bool fine, struct error *e);

/* Which of the ranks on its node this one is, from 0. False with an error. */
bool ranks_meet_place(struct communicator *c, int *place, struct error *e);

/* Are version, recipe and kind of device those of rank 0, and has each rank a device of its own? False with what
 * differs, by rank and node. */
bool ranks_meet_compare(struct communicator *c, const struct recipe *recipe, const struct device *device,
                        struct error *e);

/* The recipe becomes that of rank 0; the device in it stays. False with an error. */
bool ranks_meet_take_recipe(struct communicator *c, struct recipe *recipe, struct error *e);

#endif
