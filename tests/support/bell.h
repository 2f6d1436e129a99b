/* What other threads ring, and a test waits for. */
#ifndef TESTS_SUPPORT_BELL_H
#define TESTS_SUPPORT_BELL_H

#include <pthread.h>

struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    int rings;
};

#define BELL { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

void bell_ring(void *bell); /* any thread's; as the `changed` of events */

/* Until it has rung since the call before with the same `seen`, which is 0 before the first. */
void bell_await(struct bell *b, int *seen);

#endif
