#include "tui/state/versions.h"

#include <stdlib.h>
#include <string.h>

#include "nn/recipe/recipe_changes.h"

struct version {
    struct version *before, *after;
    size_t size;             /* of the recipe, without the room for layers that it does not have */
    unsigned char recipe[];
};

static size_t size_of(const struct recipe *r)
{
    return offsetof(struct recipe, layers) + (size_t)r->n_layers * sizeof r->layers[0];
}

static void forget(struct versions *v, struct version *version)
{
    if (version->before)
        version->before->after = version->after;
    if (version->after)
        version->after->before = version->before;
    v->bytes -= sizeof *version + version->size;
    free(version);
}

static void forget_after(struct versions *v, const struct version *last)
{
    while (last->after)
        forget(v, last->after);
}

/* All but the present one can go. */
static void forget_oldest(struct versions *v)
{
    struct version *oldest = v->now;

    while (oldest->before)
        oldest = oldest->before;
    while (v->bytes > VERSIONS_BYTES && oldest != v->now) {
        struct version *next = oldest->after;

        forget(v, oldest);
        oldest = next;
    }
}

static void read_version(const struct version *version, struct recipe *out)
{
    memcpy(out, version->recipe, version->size);
}

static struct version *new_version(const struct recipe *r)
{
    struct version *new = malloc(sizeof *new + size_of(r));

    if (!new)
        return NULL;
    *new = (struct version){ .size = size_of(r) };
    memcpy(new->recipe, r, new->size);
    return new;
}

static bool is_present(const struct versions *v, const struct recipe *r)
{
    struct recipe now;

    if (!v->now)
        return false;
    read_version(v->now, &now);
    return recipe_changes(&now, r, NULL, 0) == 0;
}

static void append(struct versions *v, struct version *new)
{
    v->bytes += sizeof *new + new->size;
    if (v->now) {
        forget_after(v, v->now);
        v->now->after = new;
        new->before = v->now;
    }
    v->now = new;
    forget_oldest(v);
}

bool versions_add(struct versions *v, const struct recipe *r)
{
    struct version *new;

    if (is_present(v, r))
        return false;
    new = new_version(r);
    if (new)
        append(v, new);
    return true;
}

void versions_free(struct versions *v)
{
    if (!v->now)
        return;
    while (v->now->before)
        forget(v, v->now->before);
    forget_after(v, v->now);
    free(v->now);
    *v = (struct versions){ 0 };
}

bool versions_move(struct versions *v, int direction, struct recipe *out)
{
    struct version *to = !v->now ? NULL : direction < 0 ? v->now->before : v->now->after;

    if (!to)
        return false;
    v->now = to;
    read_version(to, out);
    return true;
}
