/* The end of processes that this one started. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

/* Kills a child and takes its status away. One that waits for a file system that does not answer dies when that does:
 * after half a second it is left behind. Any thread may call it. */
void child_end(pid_t child);

#endif
