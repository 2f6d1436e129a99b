#include "base/fork.h"

#include <stdatomic.h>
#include <unistd.h>

static pthread_mutex_t *locks[FORK_LOCKS_MAX];
static atomic_int count; /* of those that are in the array: a lock is there before it is counted */
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;

void fork_keep_open(pthread_mutex_t *lock)
{
    pthread_mutex_lock(&adding);

    int number = atomic_load(&count);

    if (number < FORK_LOCKS_MAX) {
        locks[number] = lock;
        atomic_store(&count, number + 1);
    }
    pthread_mutex_unlock(&adding);
}

pid_t fork_process(void)
{
    const int held = atomic_load(&count);

    for (int i = 0; i < held; i++)
        pthread_mutex_lock(locks[i]);

    pid_t child = fork();

    for (int i = held - 1; i >= 0; i--)
        pthread_mutex_unlock(locks[i]);
    return child;
}
