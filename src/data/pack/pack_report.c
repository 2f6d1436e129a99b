#include "data/pack/pack_report.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

bool pack_report_begin(struct pack_report *r, int classes, struct error *e)
{
    *r = (struct pack_report){ .classes = classes };
    for (int i = 0; i < SPLIT_COUNT; i++) {
        r->of_class[i] = memory_new((size_t)classes, sizeof *r->of_class[i], e);
        if (!r->of_class[i]) {
            pack_report_free(r);
            return false;
        }
    }
    return true;
}

void pack_report_free(struct pack_report *r)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(r->of_class[i]);
    free(r->skipped);
    *r = (struct pack_report){ .classes = 0 };
}

static bool make_room(struct pack_report *r, struct error *e)
{
    if (r->listed < r->room)
        return true;
    int room = int_min(int_max(2 * r->room, 16), PACK_LISTED_MOST);
    struct pack_skipped *larger = realloc(r->skipped, (size_t)room * sizeof *larger);

    if (!larger)
        return error_set(e, ERROR_MEMORY, "not enough memory for the list of images that are left out");
    r->skipped = larger;
    r->room = room;
    return true;
}

bool pack_report_skip(struct pack_report *r, enum pack_fate fate, const char *name, const char *why, struct error *e)
{
    r->found[fate]++;
    if (r->listed == PACK_LISTED_MOST)
        return true;
    if (!make_room(r, e))
        return false;
    struct pack_skipped *skipped = &r->skipped[r->listed++];

    skipped->fate = fate;
    text_copy(skipped->name, sizeof skipped->name, name);
    text_copy(skipped->why, sizeof skipped->why, why);
    return true;
}

uint32_t pack_report_skipped(const struct pack_report *r)
{
    return r->found[PACK_BROKEN] + r->found[PACK_EMPTY] + r->found[PACK_DUPLICATE];
}
