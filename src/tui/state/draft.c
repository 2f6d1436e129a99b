#include "tui/state/draft.h"

#include "nn/recipe/recipe_changes.h"

void draft_note(struct draft *d)
{
    versions_add(&d->versions, &d->recipe);
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
    return true;
}

bool draft_redo(struct draft *d, char *words, size_t size)
{
    const struct recipe before = d->recipe;

    if (!versions_move(&d->versions, 1, &d->recipe))
        return false;
    recipe_changes(&before, &d->recipe, words, size);
    return true;
}

void draft_infer(struct draft *d, const struct dataset_info *dataset)
{
    d->model_error.kind = ERROR_NONE;
    if (!dataset) {
        d->model = (struct model){ .bad_layer = -1 };
        return;
    }

    struct shape image = shape_image(dataset->height, dataset->width, dataset->channels);

    model_infer(&d->recipe, image, dataset->classes, &d->model, &d->model_error);
}
