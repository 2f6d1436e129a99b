/* Is this a login node of a cluster? There sites kill programs that train. */
#ifndef HOST_LOGIN_NODE_H
#define HOST_LOGIN_NODE_H

#include "base/error.h"
#include "host/job.h"

/* True outside a job, where Slurm's srun is installed and the node's name is one that login nodes have ("login3",
 * "head", "fe01"). Not where one of these is missing: a workstation with Slurm is none. */
bool login_node_is(const struct job *job);

/* The same as an error, ERROR_USAGE, that says what to type. False where it is a login node. */
bool login_node_check(const struct job *job, struct error *e);

#endif
