/* A cluster on this machine: nodes that are network namespaces (tests/mpi/nodes.sh). One at a time. */
#ifndef TESTS_SUPPORT_NODES_H
#define TESTS_SUPPORT_NODES_H

/* Makes so many nodes, at most 10, and returns what their names begin with; behind it is the number of each. Says why
 * and skips the test where they cannot be made: without root, say. */
const char *nodes_start(int count);

/* From now on nothing reaches that node, and nothing that it sends reaches another. */
void nodes_cut(int node);

void nodes_end(void); /* whatever runs there is killed; harmless where there are none */

/* The path of nodes.sh, for those who start something on a node. */
const char *nodes_script(void);

#endif
