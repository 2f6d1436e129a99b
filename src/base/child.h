/* Processes that this one starts and does not share its terminal with, and the end of such that it started. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

/* Starts a program in a session of its own, with every signal as it is by default, nothing to read, and its output and
 * errors to a descriptor; of this process's files it has no other. 0, or an errno. */
int child_start_apart(pid_t *child, const char *program, char *const words[], char *const environment[], int output);

/* Kills a child and takes its status away. One that waits for a file system that does not answer dies when that does:
 * after half a second it is left behind. Any thread may call it. */
void child_end(pid_t child);

/* For a child that was just forked: the system sends it the signal when the thread that forked it has ended, however
 * that came. `parent`: the process of that thread; where it has ended already the signal comes at once. */
void child_follow(pid_t parent, int number);

#endif
