#include "tui/state/gallery.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Most images are read before a frame without them could be drawn. */
static const double at_once_seconds = 0.15;

void gallery_open(struct gallery *g, struct trainer_events events)
{
    g->listener = (struct inspect_listener){ events.changed, events.context };
}

void gallery_forget(struct gallery *g)
{
    errand_free(g->study);
    errand_free(g->coming);
    errand_free(g->sheet);
    *g = (struct gallery){ .listener = g->listener };
}

void gallery_close(struct gallery *g)
{
    gallery_forget(g);
}

void gallery_show(struct gallery *g, const char *name, const struct source_wish *wish)
{
    if (name && strcmp(g->name, name) == 0 && source_wish_same(&g->wish, wish))
        return;
    gallery_forget(g);
    if (!name)
        return;
    text_copy(g->name, sizeof g->name, name);
    g->wish = *wish;
    g->study = study_start(g->name, wish, g->listener, &g->study_error);
}

static bool same_sheet(const struct sheet_wish *one, const struct sheet_wish *other)
{
    return one->split == other->split && one->class == other->class && one->first == other->first &&
           one->n == other->n && one->side == other->side;
}

static bool take_sheet(struct gallery *g, double seconds)
{
    struct error e;

    if (!g->coming || !errand_wait(g->coming, seconds, &e))
        return false;
    errand_free(g->sheet);
    g->sheet = g->coming;
    g->coming = NULL;
    g->sheet_error = e;
    return true;
}

static bool same_augmentation(const struct gallery *g, const struct recipe *recipe, uint64_t step)
{
    const struct augmented_preview *seen = &g->augmented;

    return seen->step == step && (step == 0 || (memcmp(&seen->recipe.data, &recipe->data, sizeof recipe->data) == 0 &&
                                                seen->recipe.training.seed == recipe->training.seed));
}

void gallery_ask(struct gallery *g, const struct sheet_wish *wish, const struct recipe *recipe, uint64_t step)
{
    if (g->name[0] == '\0' ||
        ((g->coming || g->sheet) && same_sheet(&g->asked, wish) && same_augmentation(g, recipe, step)))
        return;
    errand_free(g->coming);
    errand_free(g->sheet);
    g->sheet = NULL;
    g->augmented = (struct augmented_preview){ *recipe, step };
    g->asked = *wish;
    if (step > 0)
        g->asked.change = augmented_images_change(&g->augmented);
    text_copy(g->asked.name, sizeof g->asked.name, g->name);
    g->asked.wish = g->wish;
    g->sheet_error.kind = ERROR_NONE;
    g->coming = sheet_start(&g->asked, g->listener, &g->sheet_error);
    take_sheet(g, at_once_seconds);
}

bool gallery_follow(struct gallery *g)
{
    bool before = g->study_error.kind != ERROR_NONE;

    if (g->study && !before)
        errand_wait(g->study, 0, &g->study_error);
    return take_sheet(g, 0) || (g->study && !before);
}

const struct study *gallery_study(const struct gallery *g, int *step)
{
    const struct study *study = g->study ? study_found(g->study) : NULL;

    *step = study ? atomic_load_explicit(&((struct study *)study)->step, memory_order_acquire) : STUDY_OPENING;
    return study;
}

const struct sheet *gallery_sheet(const struct gallery *g)
{
    const struct sheet *sheet = g->sheet && g->sheet_error.kind == ERROR_NONE ? sheet_found(g->sheet) : NULL;

    return sheet && same_sheet(&sheet->wish, &g->asked) ? sheet : NULL;
}
