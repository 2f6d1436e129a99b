#include "nn/train/recipe_images.h"

#include "nn/recipe/finetuning.h"

_Static_assert((int)CHANNELS_MAX <= (int)OP_CHANNELS_MAX, "operations are not made for the images of a source");

struct source_wish recipe_images_wish(const struct recipe *r)
{
    static const enum image_fit fits[] = {
        [FIT_CROP] = IMAGE_CROP, [FIT_STRETCH] = IMAGE_STRETCH, [FIT_PAD] = IMAGE_PAD
    };
    static const int channels[] = { [COLOURS_AS_THEY_ARE] = 0, [COLOURS_GREY] = 1, [COLOURS_RGB] = 3 };

    return (struct source_wish){ r->data.size, fits[r->data.fit], channels[r->data.colours],
                                 r->data.crop == CROP_RANDOM };
}

uint64_t recipe_images_memory(const struct recipe *r, uint64_t allotted)
{
    const uint64_t when_unknown = (uint64_t)4 << 30;

    return r->data.memory > 0 ? r->data.memory : allotted > 0 ? allotted / 2 : when_unknown;
}

/* A quarter is for batches and the library that reads. The order of an epoch depends on the window, so that it is the
 * same on all nodes but small ones unless the recipe says otherwise. */
uint64_t recipe_images_window(const struct recipe *r, uint64_t allotted)
{
    const uint64_t usual = (uint64_t)2 << 30, memory = recipe_images_memory(r, allotted);
    uint64_t most = r->data.memory > 0 || memory < usual ? memory : usual;

    return most - most / 4;
}

bool recipe_images_look(struct recipe *r, struct dataset_info *info, struct error *e)
{
    const struct source_wish wish = recipe_images_wish(r);

    if (!catalogue_look(r->data.dataset, &wish, info, e))
        return false;
    finetuning_fit_classes(r, shape_image(info->height, info->width, info->channels), info->classes);
    return true;
}

struct source *recipe_images_open(const struct recipe *r, uint64_t allotted,
                                  bool (*progress)(void *context, double done), void *context, struct error *e)
{
    const struct source_wish wish = recipe_images_wish(r);

    return catalogue_open(r->data.dataset, &wish, recipe_images_memory(r, allotted), progress, context, e);
}

struct recipe_images recipe_images_known(const struct dataset_info *info)
{
    if (!info)
        return (struct recipe_images){ 0 };
    return (struct recipe_images){ info->count[SPLIT_TRAIN],
                                   shape_image(info->height, info->width, info->channels) };
}

/* pixel × scale + offset is (pixel / 255 - mean) / deviation. */
static void write_said(enum pixels range, struct statistics *out)
{
    for (int c = 0; c < CHANNELS_MAX; c++) {
        const struct pixels_line line = pixels_line(range, c);

        out->deviation[c] = (float)(1 / (255 * line.scale));
        out->mean[c] = (float)(-line.offset / (255 * line.scale));
    }
}

bool recipe_images_measure(const struct recipe *r, struct source *s, struct statistics *out,
                           bool (*progress)(void *context, double done), void *context, struct error *e)
{
    const enum pixels range = (enum pixels)r->data.pixels;

    if (range == PIXELS_UNSAID)
        return statistics_measure(s, out, progress, context, e);
    write_said(range, out);
    return true;
}
