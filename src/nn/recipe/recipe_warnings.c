#include "nn/recipe/recipe_warnings.h"

#include <stdarg.h>
#include <stdio.h>

#include "nn/recipe/augmentation.h"
#include "nn/recipe/recipe_rate.h"

static void warn(struct recipe_warnings *w, int section, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void warn(struct recipe_warnings *w, int section, const char *format, ...)
{
    va_list arguments;

    if (w->count == WARNINGS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(w->list[w->count].text, WARNING_SIZE, format, arguments);
    va_end(arguments);
    w->list[w->count++].section = section;
}

static void check_batch(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    double trained = images->count * (1 - r->data.validation);

    if (images->count > 0 && r->training.batch > trained)
        warn(w, RECIPE_SECTION_training, "a batch of %d for %.0f training images: an epoch is one step",
             r->training.batch, trained);
}

/* Layers with a momentum have it for batch norm's moving statistics. */
static bool has_batch_norm(const struct recipe *r)
{
    for (int i = 0; i < r->n_layers; i++)
        if (fields_find(r->layers[i].class->fields, "momentum"))
            return true;
    return false;
}

static void check_parts(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_training *t = &r->training;
    (void)images;

    if (t->accumulate > t->batch)
        warn(w, RECIPE_SECTION_training, "accumulate = %d for a batch of %d: each pass has one image", t->accumulate,
             t->batch);
    else if (t->accumulate > 1 && t->batch_norm == BATCH_NORM_ALL && has_batch_norm(r))
        warn(w, RECIPE_SECTION_training, "accumulate = %d: batch norm over all of a batch (batch_norm = all) needs it "
             "at once", t->accumulate);
    else if (t->accumulate > 1 && has_batch_norm(r))
        warn(w, RECIPE_SECTION_training, "accumulate = %d: batch norm sees %d images at a time, not %d", t->accumulate,
             recipe_rows(r), t->batch);
}

static void check_scale(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const double much = 4;
    const struct recipe_training *t = &r->training;
    (void)images;

    if (t->scale != SCALE_NONE && t->base_batch == 0)
        warn(w, RECIPE_SECTION_training, "scale = %s without base_batch: the rate is meant for this batch, and stays",
             scale_names[t->scale]);
    else if (t->scale == SCALE_NONE && t->base_batch > 0)
        warn(w, RECIPE_SECTION_training, "base_batch = %d is not used: scale = none", t->base_batch);
    else if (t->scale == SCALE_LINEAR && recipe_rate_factor(r) > much && r->schedule.warmup <= 0 &&
             r->schedule.kind != SCHEDULE_ONE_CYCLE)
        warn(w, RECIPE_SECTION_schedule, "a rate of %.4g times as much may diverge at once: warmup = 5 rises to it",
             recipe_rate_factor(r));
}

static void check_warm_up(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct schedule *s = &r->schedule;
    (void)images;

    if (s->warmup > 0 && s->kind == SCHEDULE_ONE_CYCLE)
        warn(w, RECIPE_SECTION_schedule, "one_cycle rises by itself: the warm-up of %g epochs is not used", s->warmup);
    else if (s->warmup >= r->training.epochs)
        warn(w, RECIPE_SECTION_schedule, "a warm-up of %g epochs fills the run of %d: the full rate is never used",
             s->warmup, r->training.epochs);
}

static void check_steps(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct schedule *s = &r->schedule;
    (void)images;

    if (s->kind == SCHEDULE_STEP && s->step_epochs >= r->training.epochs)
        warn(w, RECIPE_SECTION_schedule, "the rate falls every %g epochs: never in a run of %d", s->step_epochs,
             r->training.epochs);
}

static void check_patience(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_training *t = &r->training;
    (void)images;

    if (t->patience >= t->epochs)
        warn(w, RECIPE_SECTION_training, "a patience of %d never ends a run of %d epochs early", t->patience,
             t->epochs);
    else if (t->patience > 0 && r->data.validation == 0)
        warn(w, RECIPE_SECTION_data, "weights chosen by the test images: data.validation holds some out");
}

/* Of what changes where a pixel is. */
static void check_moves(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_data *d = &r->data;
    struct shape s = images->shape;
    int side = s.height < s.width ? s.height : s.width;

    if (d->padding == PADDING_REFLECT && d->shift == 0 && d->rotation == 0)
        warn(w, RECIPE_SECTION_data, "padding = reflect is not used: nothing moves in without shift or rotation");
    if (side == 0)
        return;
    if (side == 1 && d->rotation > 0)
        warn(w, RECIPE_SECTION_data, "images of %dx%d pixels have nothing to turn: rotation", s.height, s.width);
    if (d->shift >= side)
        warn(w, RECIPE_SECTION_data, "a shift of %d moves images of %dx%d out of sight", d->shift, s.height, s.width);
    if (d->cutout >= side)
        warn(w, RECIPE_SECTION_data, "a cutout of %d is as large as the images, %dx%d", d->cutout, s.height, s.width);
}

static void check_saturation(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    if (r->data.saturation > 0 && images->shape.channels == 1)
        warn(w, RECIPE_SECTION_data, "grey images have no colours to strengthen: saturation");
}

static void check_mixing(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_data *d = &r->data;
    (void)images;

    if (d->mixup > 0 && d->cutmix > 0)
        warn(w, RECIPE_SECTION_data, "mixup and cutmix: every step is one or the other, by a toss");
    if ((d->mixup > 0 || d->cutmix > 0) && recipe_rows(r) == 1)
        warn(w, RECIPE_SECTION_training, "%s of 1 has no pair of images to mix: %s",
             r->training.batch == 1 ? "a batch" : "a pass", d->mixup > 0 ? "mixup" : "cutmix");
}

static void check_finetuning(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_training *t = &r->training;
    (void)images;

    if (t->weights[0] != '\0')
        return;
    if (t->freeze > 0)
        warn(w, RECIPE_SECTION_training, "freeze = %d without weights: these layers stay as they are drawn", t->freeze);
    if (t->lower_rate < 1)
        warn(w, RECIPE_SECTION_training, "lower_rate is not used without weights: all layers are new");
}

/* See nn/train/features.h. */
static void check_features(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w)
{
    const struct recipe_training *t = &r->training;
    const bool augmented = augmentation_any(&r->data);
    (void)images;

    if (t->freeze > 0 && t->keep_features && (augmented || r->data.crop == CROP_RANDOM))
        warn(w, RECIPE_SECTION_data,
             "%s other images in every epoch: nothing that frozen layers give is kept, every step computes it",
             augmented ? "augmentation makes" : "random crops make");
}

static void (*const checks[])(const struct recipe *r, const struct recipe_images *images, struct recipe_warnings *w) = {
    check_batch, check_parts,      check_scale,  check_warm_up,    check_steps,    check_patience,
    check_moves, check_saturation, check_mixing, check_finetuning, check_features,
};

struct recipe_warnings recipe_warnings(const struct recipe *r, const struct recipe_images *images)
{
    struct recipe_warnings w = { .count = 0 };

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i](r, images, &w);
    return w;
}
