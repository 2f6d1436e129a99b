#include "tui/state/draft.h"

#include "nn/recipe/recipe_changes.h"
#include "nn/train/recipe_images.h"

static void changed(struct draft *d)
{
    d->keeping = DRAFT_CHANGED;
    d->stored = false;
}

void draft_note(struct draft *d)
{
    bool first = !d->versions.now, new = versions_add(&d->versions, &d->recipe);

    if (first)
        d->stored = true;
    else if (new)
        changed(d);
}

void draft_used(struct draft *d)
{
    d->keeping = DRAFT_CHANGED;
}

bool draft_keep(struct draft *d, struct error *e)
{
    if (d->keeping == DRAFT_KEPT || d->passing)
        return true;
    if (!d->continues)
        kept_recipe_set_aside();
    d->continues = true;
    d->keeping = kept_recipe_write(&d->recipe, d->path, e) ? DRAFT_KEPT : DRAFT_UNKEPT;
    return d->keeping == DRAFT_KEPT;
}

void draft_tick(struct draft *d)
{
    struct error ignored; /* whoever leaves is told */

    if (d->keeping == DRAFT_STILL)
        draft_keep(d, &ignored);
    else if (d->keeping == DRAFT_CHANGED)
        d->keeping = DRAFT_STILL;
}

void draft_close(struct draft *d)
{
    versions_free(&d->versions);
}

bool draft_undo(struct draft *d, char *words, size_t size)
{
    const struct recipe undone = d->recipe;

    if (!versions_move(&d->versions, -1, &d->recipe))
        return false;
    recipe_changes(&d->recipe, &undone, words, size);
    changed(d);
    return true;
}

bool draft_redo(struct draft *d, char *words, size_t size)
{
    const struct recipe before = d->recipe;

    if (!versions_move(&d->versions, 1, &d->recipe))
        return false;
    recipe_changes(&before, &d->recipe, words, size);
    changed(d);
    return true;
}

struct recipe_warnings draft_warnings(const struct recipe *r, const struct dataset_info *dataset)
{
    const struct recipe_images known = recipe_images_known(dataset);

    return recipe_warnings(r, &known);
}

void draft_infer(struct draft *d, const struct dataset_info *dataset)
{
    d->model_error.kind = ERROR_NONE;
    d->warnings = draft_warnings(&d->recipe, dataset);
    if (!dataset) {
        d->model = (struct model){ .bad_layer = -1 };
        return;
    }

    struct shape image = shape_image(dataset->height, dataset->width, dataset->channels);

    model_infer(&d->recipe, image, dataset->classes, &d->model, &d->model_error);
}
