/* How ranks that train together share each batch: equally, as the recipe says, or by how fast each is. For the
 * trainer's files alone. */
#ifndef NN_TRAINER_SHARES_H
#define NN_TRAINER_SHARES_H

#include "nn/train/trainer_state.h"

/* Once the data are open, on all ranks: sets the trainer's share, and those of all in `shares`. Where they are found by
 * speed, `now` tells them in words and as a recipe's text. False with an error. */
bool trainer_shares_choose(struct training *r, struct error *e);

#endif
