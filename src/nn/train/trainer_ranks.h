/* Several trainers that train one model, each a rank with a device of its own: they begin with the same weights, do
 * what rank 0 is told, and stay alike. For the trainer's files alone; each function is called on all ranks. */
#ifndef NN_TRAINER_RANKS_H
#define NN_TRAINER_RANKS_H

#include "nn/train/trainer_state.h"

/* Seconds that a rank may be late while data are read and devices opened, and while files are written at the end. */
enum { PATIENCE_APART = 600 };

/* Once the data are open, in a trainer with followers in its process and in these: images that several threads may read
 * are those of the leader, and *shared is them; else it is NULL. */
bool trainer_ranks_share_images(struct training *r, struct source **shared, struct error *e);

/* Once all is prepared: weights, optimiser's state and position are those of rank 0. False with an error where a rank
 * has another network or other images, or does not come. */
bool trainer_ranks_begin(struct training *r, struct error *e);

/* Waits while rank 0 is paused. */
bool trainer_ranks_pause(struct training *r, struct error *e);

/* A snapshot is due: rank 0 takes it, with the mean of all statistics. */
bool trainer_ranks_snapshot(struct training *r, struct error *e);

/* With no step under way: statistics become their mean, and weights are compared. False with an error where they are
 * not the same any more. Harmless in a training that is alone. */
bool trainer_ranks_meet(struct training *r, struct error *e);

/* The same when training is over, stopped or not; from then on the others have patience with rank 0's files. */
bool trainer_ranks_part(struct training *r, struct error *e);

/* Another rank's end has ended this training, as `e` says, and weights and figures here are those of a whole step. */
bool trainer_ranks_left_whole(const struct training *r, const struct error *e);

/* At the thread's end, with the device still open: those that wait for this rank are told why it does not come. `e`:
 * what ended it, ERROR_NONE when all is done. */
void trainer_ranks_end(struct training *r, const struct error *e);

#endif
