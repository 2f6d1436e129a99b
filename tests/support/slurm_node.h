/* A Slurm of one node, on this machine and for this test alone: on ports of its own, with its state in a folder of its
 * own. Its daemons end with the test, however that ends. */
#ifndef TESTS_SUPPORT_SLURM_NODE_H
#define TESTS_SUPPORT_SLURM_NODE_H

/* Starts it below an empty folder and waits until it has run a first job; from then on this process and its children
 * find it by SLURM_CONF. NULL, or why it cannot be here: Slurm is not installed, or this is not root. Fails the test
 * when the daemons do not come up. */
const char *slurm_node_start(const char *place);

void slurm_node_end(void); /* harmless when it was not started */

#endif
