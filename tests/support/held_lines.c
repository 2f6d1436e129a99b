#include "tests/support/held_lines.h"

#include <pthread.h>
#include <stdio.h>

static struct {
    pthread_mutex_t lock;
    pthread_cond_t released;
    pthread_t caller;
    bool held;
} lines = { .lock = PTHREAD_MUTEX_INITIALIZER, .released = PTHREAD_COND_INITIALIZER };

void held_lines(bool held)
{
    pthread_mutex_lock(&lines.lock);
    lines.caller = pthread_self();
    lines.held = held;
    pthread_cond_broadcast(&lines.released);
    pthread_mutex_unlock(&lines.lock);
}

static ssize_t read_line(char **line, size_t *room, int end, FILE *file)
{
    pthread_mutex_lock(&lines.lock);
    while (lines.held && !pthread_equal(pthread_self(), lines.caller))
        pthread_cond_wait(&lines.released, &lines.lock);
    pthread_mutex_unlock(&lines.lock);
    return getdelim(line, room, end, file);
}

/* In the place of the C library's, whose headers may call it by either name. */
ssize_t getline(char **line, size_t *room, FILE *file)
{
    return read_line(line, room, '\n', file);
}

ssize_t __getdelim(char **line, size_t *room, int end, FILE *file)
{
    return read_line(line, room, end, file);
}
