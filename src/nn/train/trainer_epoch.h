/* An epoch of training: as many steps under way as the device likes, their results noted in order. */
#ifndef NN_TRAINER_EPOCH_H
#define NN_TRAINER_EPOCH_H

#include "nn/train/trainer_state.h"

/* Epoch r->now.epoch, up to its last step's result. Whatever ends it, the steps that were begun count. */
bool trainer_epoch(struct training *r, struct error *e);

/* Images a second over this epoch's steps; see the speed of trainer_status. */
double trainer_epoch_speed(const struct training *r);

#endif
