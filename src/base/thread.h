/* Threads beside the main one, and waiting for a condition until a time. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread, which the caller joins or detaches. It blocks all signals but those that its own faults raise, so
 * that the others go to the threads that expect them. False if the system starts no more threads. */
bool thread_start(pthread_t *thread, void *(*work)(void *data), void *data);

/* Initialises a condition for thread_wait_until(). */
void thread_condition(pthread_cond_t *changed);

/* Waits for the condition until clock_seconds() is `seconds`, with the lock held. False when that time has passed. May
 * return early, like every wait for a condition. */
bool thread_wait_until(pthread_cond_t *changed, pthread_mutex_t *lock, double seconds);

#endif
