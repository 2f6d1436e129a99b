#include "run/measured.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A growing array of elements of one size. */
struct list {
    size_t count, room;
    char *at;
};

struct measured {
    pthread_mutex_t lock; /* for both lists: a longer one can have another place */
    struct list loads, looks;
};

struct measured *measured_new(void)
{
    struct measured *m = calloc(1, sizeof *m);

    if (m)
        pthread_mutex_init(&m->lock, NULL);
    return m;
}

void measured_free(struct measured *m)
{
    if (!m)
        return;
    free(m->loads.at);
    free(m->looks.at);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

static bool add(struct measured *m, struct list *l, const void *element, size_t size)
{
    enum { FIRST = 64 };
    bool added = true;

    pthread_mutex_lock(&m->lock);
    if (l->count == l->room) {
        const size_t room = l->room ? 2 * l->room : FIRST;
        char *grown = realloc(l->at, room * size);

        added = grown != NULL;
        l->at = added ? grown : l->at;
        l->room = added ? room : l->room;
    }
    if (added)
        memcpy(l->at + l->count++ * size, element, size);
    pthread_mutex_unlock(&m->lock);
    return added;
}

/* Only the lock changes, nothing that a caller can see. */
static bool copy(const struct measured *m, const struct list *l, size_t place, void *out, size_t size)
{
    pthread_mutex_lock(&((struct measured *)m)->lock);
    bool there = place < l->count;
    if (there)
        memcpy(out, l->at + place * size, size);
    pthread_mutex_unlock(&((struct measured *)m)->lock);
    return there;
}

bool measured_add_load(struct measured *m, const struct load_point *p)
{
    return add(m, &m->loads, p, sizeof *p);
}

bool measured_add_look(struct measured *m, const struct health *h)
{
    return add(m, &m->looks, h, sizeof *h);
}

bool measured_load(const struct measured *m, size_t place, struct load_point *out)
{
    return m && copy(m, &m->loads, place, out, sizeof *out);
}

bool measured_look(const struct measured *m, size_t place, struct health *out)
{
    return m && copy(m, &m->looks, place, out, sizeof *out);
}
