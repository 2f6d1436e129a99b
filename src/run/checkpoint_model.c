#include "run/checkpoint_model.h"

#include <string.h>

#include "base/text.h"
#include "nn/train/recipe_images.h"
#include "run/checkpoint.h"

static bool take_images(struct stored_model *m, struct error *e)
{
    struct model_header *h = &m->header;
    struct source *source = recipe_images_open(&h->recipe, 0, NULL, NULL, e);
    struct dataset_info info;

    if (!source)
        return error_context(e, "a checkpoint does not say what images its model takes");
    source_describe(source, &info);
    h->input = shape_image(info.height, info.width, info.channels);
    h->classes = info.classes;
    h->named = info.class_names;
    if (h->named)
        memcpy(h->class_names, info.class_names, (size_t)h->classes * sizeof *h->class_names);
    text_copy(m->dataset, sizeof m->dataset, info.name);
    source_close(source);
    return true;
}

static void take_weights(struct stored_model *m, const struct snapshot *s)
{
    const bool kept = s->kept_epoch > 0;
    const int parameters = kept ? SNAPSHOT_KEPT_PARAMETERS : SNAPSHOT_PARAMETERS;
    const int statistics = kept ? SNAPSHOT_KEPT_STATISTICS : SNAPSHOT_STATISTICS;

    memcpy(m->parameters, s->array[parameters], s->bytes[parameters]);
    memcpy(m->statistics, s->array[statistics], s->bytes[statistics]);
    m->moment = (struct model_moment){ .unended = true, .epoch = (int)s->kept_epoch, .steps = s->steps };
    text_copy(m->writer, sizeof m->writer, "cuvette");
}

static bool take(struct stored_model *m, const char *folder, const struct snapshot *s, bool best, struct error *e)
{
    if (best && s->kept_epoch == 0)
        return error_set(e, ERROR_INPUT, "no epoch of the run in %s has ended yet: there is no best one", folder);
    if (!take_images(m, e) || !stored_model_prepare(m, e) || !snapshot_fits(s, m->plan, e))
        return false;
    take_weights(m, s);
    return true;
}

bool checkpoint_model_read(const char *folder, const struct recipe *r, bool best, struct stored_model *out,
                           struct error *e)
{
    struct snapshot s;

    *out = (struct stored_model){ .header.recipe = *r, .format = "checkpoint" };
    if (!checkpoint_read(folder, &s, e))
        return false;

    bool good = take(out, folder, &s, best, e);

    snapshot_free(&s);
    if (!good)
        stored_model_free(out);
    return good;
}
