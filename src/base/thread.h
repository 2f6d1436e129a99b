/* Threads beside the main one, and waiting by the clock for what they tell. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Signals are left to the threads that expect them, but for those that a thread's own faults raise. False where the
 * system starts no further thread. */
bool thread_start(pthread_t *thread, void *(*work)(void *data), void *data);

/* A condition for thread_wait_until(). */
void thread_condition(pthread_cond_t *changed);

/* With the lock held. `seconds` as of clock_seconds(); false when they are past. May return early, as every wait. */
bool thread_wait_until(pthread_cond_t *changed, pthread_mutex_t *lock, double seconds);

#endif
