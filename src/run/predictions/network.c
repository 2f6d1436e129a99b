#include "run/predictions/network.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"
#include "run/named_model.h"

/* A step of few images costs more an image than one of many: filters are transformed and threads meet once a step. The
 * recipe's batch is for training, and may be smaller than what is quick. */
enum { BATCH_QUICK = 256 };
static const size_t quick_bytes = (size_t)256 << 20;

static struct plan *make_plan(const struct network *n, struct error *e)
{
    struct recipe *quick = malloc(sizeof *quick);
    struct plan *plan = NULL;

    if (quick) {
        *quick = n->header.recipe;
        quick->training.batch = int_max(quick->training.batch, BATCH_QUICK);
        quick->training.accumulate = 1;
        plan = compile_recipe(quick, n->header.input, n->header.classes, false, e);
    }
    free(quick);
    if (plan && plan_bytes(plan) <= quick_bytes)
        return plan;
    plan_free(plan);
    return compile_recipe(&n->header.recipe, n->header.input, n->header.classes, false, e);
}

static bool open_device(struct network *n, const struct network_setup *setup, struct error *e)
{
    struct recipe *recipe = &n->header.recipe;

    if (setup->device && !text_copy(recipe->training.device, sizeof recipe->training.device, setup->device))
        return error_set(e, ERROR_USAGE, "the name of the device is too long");
    if (!devices_choose(recipe->training.device, &n->device, e))
        return false;

    const struct device_choice choice = devices_alone(&n->device);

    n->plan = make_plan(n, e);
    return n->plan && executor_open(&n->executor, n->device.backend, &choice, n->plan, e);
}

bool network_open(struct network *n, const struct network_setup *setup, struct error *e)
{
    struct stored_model model;

    *n = (struct network){ .plan = NULL };
    if (!named_model_read(setup->from, setup->best, &setup->wish, n->file, &model, e))
        return false;
    n->header = model.header;
    n->moment = model.moment;
    n->assumed = model.assumed;

    /* Weights are in the same places of all plans of a recipe. */
    bool opened = open_device(n, setup, e) &&
                  (executor_write_weights(&n->executor, model.parameters, model.statistics, e) || error_of_run(e));

    stored_model_free(&model);
    if (!opened)
        network_close(n);
    return opened;
}

void network_close(struct network *n)
{
    executor_close(&n->executor);
    plan_free(n->plan);
    n->plan = NULL;
}

const char *network_file(const struct network *n)
{
    return path_name(n->file);
}

static bool takes(const struct network *n, const struct dataset_info *info, struct error *e)
{
    const struct model_header *h = &n->header;
    char mine[32], theirs[32];

    if (shape_equal(h->input, shape_image(info->height, info->width, info->channels)) && h->classes == info->classes)
        return true;
    shape_format(h->input, false, mine, sizeof mine);
    shape_format(shape_image(info->height, info->width, info->channels), false, theirs, sizeof theirs);
    return error_set(e, ERROR_INPUT, "the model takes images of %s in %d classes, and those of %s are %s in %d", mine,
                     h->classes, info->name, theirs, info->classes);
}

/* Answers are counted by the numbers of classes. */
static void compare_names(struct network *n, const struct dataset_info *info)
{
    char mine[CLASS_NAME_SIZE], theirs[CLASS_NAME_SIZE];
    int other = 0;

    if (!n->header.named || !info->class_names)
        return;
    while (other < info->classes && strcmp(n->header.class_names[other], info->class_names[other]) == 0)
        other++;
    if (other == info->classes)
        return;
    network_class_name(n, other, mine, sizeof mine);
    source_class_name(info, other, theirs, sizeof theirs);
    text_append(n->note, sizeof n->note,
                "%sclass %d is %.64s to the model, and %.64s in %.64s: they are compared by their numbers, and called "
                "as the model calls them", n->note[0] ? "; " : "", other, mine, theirs, info->name);
}

/* Of one size, they were meant for a network that takes that. */
static void compare_sizes(struct network *n, const struct dataset_info *info)
{
    char mine[32], theirs[32];

    if (info->of_height == 0)
        return;
    shape_format(n->header.input, false, mine, sizeof mine);
    shape_format(shape_image(info->of_height, info->of_width, info->of_channels), false, theirs, sizeof theirs);
    text_append(n->note, sizeof n->note, "the images of %.64s are %s, and are made %s for the model", info->name,
                theirs, mine);
}

/* Images of another set become what the network takes. */
static void suit(struct recipe *recipe, struct shape input)
{
    if (input.height == input.width)
        recipe->data.size = input.height;
    if (input.channels == 1 || input.channels == 3)
        recipe->data.colours = input.channels == 1 ? COLOURS_GREY : COLOURS_RGB;
}

struct source *network_images(struct network *n, const char *dataset,
                              bool (*progress)(void *context, double done), void *context, struct error *e)
{
    struct recipe recipe = n->header.recipe;
    struct dataset_info info;

    if (dataset) {
        if (!text_copy(recipe.data.dataset, sizeof recipe.data.dataset, dataset)) {
            error_set(e, ERROR_USAGE, "the name of the data set is too long");
            return NULL;
        }
        suit(&recipe, n->header.input);
    }

    if (!recipe.data.dataset[0]) {
        error_set(e, ERROR_USAGE, "%s does not say what it was trained on: give a data set with --dataset", n->file);
        return NULL;
    }
    /* Each image is read once: they are not held in memory, the training images least of all. */
    const struct source_wish wish = recipe_images_wish(&recipe);
    struct source *source = catalogue_open(recipe.data.dataset, &wish, 0, progress, context, e);

    if (!source)
        return NULL;
    source_describe(source, &info);
    if (takes(n, &info, e)) {
        n->note[0] = '\0';
        if (dataset)
            compare_sizes(n, &info);
        compare_names(n, &info);
        return source;
    }
    source_close(source);
    return NULL;
}

bool network_wants(const struct network *n, struct image_wanted *out, struct error *e)
{
    const struct shape input = n->header.input;

    *out = (struct image_wanted){ input.height, input.width, input.channels,
                                  recipe_images_wish(&n->header.recipe).fit };
    return input.channels == 1 || input.channels == 3 ||
           error_set(e, ERROR_INPUT, "%s takes images of %d channels, and files of images have 1 or 3", n->file,
                     input.channels);
}

void network_class_name(const struct network *n, int class, char *to, size_t size)
{
    const struct dataset_info info = { .class_names = n->header.named ? (void *)n->header.class_names : NULL };

    source_class_name(&info, class, to, size);
}
