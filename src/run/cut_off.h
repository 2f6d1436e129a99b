/* Why a run may have been cut off: from the status that it left, and from what the kernel tells now. */
#ifndef RUN_CUT_OFF_H
#define RUN_CUT_OFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/job.h"
#include "run/run_status.h"

/* Words such as "killed by the kernel for want of memory (15.8 G of 16.0 G)", as sure as they can be: the kernel's
 * count of kills has grown in the same job on the same node, or else memory was nearly full ("probably ..."); or its
 * job's time was over. `now`: this process's job; `kills`: of its control group. False, and "", where nothing points to
 * a reason. */
bool cut_off_reason(const struct run_status *left, const struct job *now, uint64_t kills, char *words, size_t size);

/* The same of a run's folder that nobody trains. */
bool cut_off_look(const char *folder, char *words, size_t size);

#endif
