/* Ranks that train together tell rank 0 how they stand (rank_report.h), which publishes it: once a second, behind a
 * step, with a message of its own, so that no step is longer for it. For the trainer's files alone. */
#ifndef NN_TRAINER_REPORT_H
#define NN_TRAINER_REPORT_H

#include "nn/train/trainer_state.h"

/* On rank 0: should the next word say that all tell? */
bool trainer_report_due(const struct training *r);

/* On all ranks; `last`: of the whole run, which is over. False with an error. */
bool trainer_report(struct training *r, bool last, struct error *e);

/* The profiler is told how long a step has waited for others: from trainer_report_begin(), or the step before, on. What
 * is waited between is no part of a step: in validation, in a pause. */
void trainer_report_begin(struct training *r);
void trainer_report_step(struct training *r);

#endif
