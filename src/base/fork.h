/* Child processes of a program with threads. */
#ifndef BASE_FORK_H
#define BASE_FORK_H

#include <pthread.h>
#include <sys/types.h>

enum { FORK_LOCKS_MAX = 4 };

/* A lock that no child may find closed, whatever other threads do: for ever, once for each lock. */
void fork_keep_open(pthread_mutex_t *lock);

/* fork(2), while nobody has one of these locks. That is not left to pthread_atfork(): exit() takes glibc's list of what
 * is to be called apart while another thread's fork() goes through it, and that aborts the program (seen in 2.36). */
pid_t fork_process(void);

#endif
