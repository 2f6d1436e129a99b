/* How long threads of a team wait for one another awake. */
#ifndef CLI_PATIENCE_H
#define CLI_PATIENCE_H

/* Starts the program once more, with a shorter wait, unless the environment says how long to wait. Returns where that
 * is not needed or not possible. To be called first in main(). */
void patience_bound(char **argv);

#endif
