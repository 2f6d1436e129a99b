/* Hands jobs in, and puts the one around this process back into the queue. Nothing here happens unless somebody asked
 * for it. */
#ifndef BATCH_QUEUE_H
#define BATCH_QUEUE_H

#include <stdbool.h>

#include "base/error.h"

enum { BATCH_NUMBER_SIZE = 16 };

/* Hands in a script with sbatch, and waits for its answer: the job's number. False with sbatch's own sentence. */
bool batch_queue_submit(const char *script, char number[BATCH_NUMBER_SIZE], struct error *e);

/* Puts this process's own job back into the queue, from where it starts again: Slurm ends it now. False with an error,
 * also when the job is about to end for another reason than its time: somebody cancelled it, or Slurm takes it back. */
bool batch_queue_again(struct error *e);

#endif
