#include "tui/state/draft.h"

void draft_remember(struct draft *d)
{
    d->before = d->recipe;
    d->can_undo = true;
}

bool draft_undo(struct draft *d)
{
    struct recipe now = d->recipe;

    if (!d->can_undo)
        return false;
    d->recipe = d->before;
    d->before = now;
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
