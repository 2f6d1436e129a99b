/* A training's snapshots: when they are taken, and how one is gone on from. The trainer has one, which another thread
 * writes to disk meanwhile (trainer_take_snapshot() in trainer.h); while it does, none is taken. */
#ifndef NN_TRAINER_SNAPSHOT_H
#define NN_TRAINER_SNAPSHOT_H

#include "nn/train/trainer_state.h"

/* Once the plan is on the device and the loaders are open. Goes on from the snapshot that the trainer was started with,
 * if any, and makes room for those that will be taken, which is rank 0's work alone. */
bool trainer_snapshot_open(struct training *r, struct error *e);

/* The other ranks are where rank 0 is, in the run as in its figures. */
bool trainer_snapshot_share(struct training *r, struct error *e);

/* Begins one when it is due, which is when somebody asked for it, and every so many seconds as the recipe says, but
 * never so often that copying and writing them took more than a hundredth of the time. True: it is to be taken, with no
 * step under way. `mean`: of the statistics of all ranks that train together; NULL: it is alone. */
bool trainer_snapshot_begin(struct training *r);
bool trainer_snapshot_take(struct training *r, const float *mean, struct error *e);

/* After a validation; not when another was taken less than a second ago. */
bool trainer_snapshot_epoch(struct training *r, struct error *e);

/* Of where training ends; waits until the one before has been written. None where the time that is left does not allow
 * it. */
bool trainer_snapshot_end(struct training *r, struct error *e);

#endif
