#include "run/model_check.h"

#include <stdio.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/finetuning.h"
#include "nn/train/recipe_images.h"
#include "run/memory_room.h"
#include "run/model/h5/model_file.h"

/* What is counted is less than what is taken. */
static bool has_memory(const struct recipe *recipe, const struct plan *plan, const struct dataset_info *info,
                       const struct device *device, struct error *e)
{
    const struct memory_room room = memory_room_read(device);
    const struct memory_need need = memory_need(recipe, plan, info, device, &room);

    return memory_room_check_limit(&room, &need, e);
}

/* `unlike`: "", or in what the network is not like the one that learned the weights. */
static bool takes(struct recipe *recipe, const struct plan *plan, const struct pretrained *pretrained,
                  char unlike[WARNING_SIZE], struct error *e)
{
    bool head_new;

    if (!pretrained->plan)
        return true;
    if (!pretrained_compare(pretrained, recipe, plan, &head_new, e))
        return false;
    recipe->training.head = head_new ? HEAD_NEW : HEAD_KEPT;
    pretrained_unlike(pretrained, recipe, plan, head_new, unlike, WARNING_SIZE);
    return true;
}

static void warn(struct recipe_warnings *w, int section, const char *key, const char *text)
{
    if (w->count == WARNINGS_MAX)
        return;
    snprintf(w->list[w->count].text, WARNING_SIZE, "%s: %s", key, text);
    w->list[w->count++].section = section;
}

static void warn_of_pretrained(const struct pretrained *pretrained, const char *unlike, struct recipe_warnings *w)
{
    if (unlike[0])
        warn(w, RECIPE_SECTION_training, "training.weights", unlike);
    if (pretrained->doubt)
        warn(w, RECIPE_SECTION_training, "training.weights", pretrained->doubt);
    if (pretrained->pixels_assumed)
        warn(w, RECIPE_SECTION_data, "data.pixels", "the weights say nothing of pixels: 0..1 is assumed");
}

bool model_check(struct recipe *recipe, struct source *source, const struct pretrained *pretrained,
                 const struct device *device, size_t *parameters, struct recipe_warnings *warnings, struct error *e)
{
    struct dataset_info info;
    char unlike[WARNING_SIZE] = "";

    if (source)
        source_describe(source, &info);
    else if (!recipe_images_look(recipe, &info, e))
        return false;

    const struct shape image = shape_image(info.height, info.width, info.channels);

    finetuning_fit_classes(recipe, image, info.classes);

    struct plan *plan = compile_recipe(recipe, image, info.classes, true, e);
    bool good = plan && model_file_check(recipe, plan, e) && takes(recipe, plan, pretrained, unlike, e) &&
                (!device || has_memory(recipe, plan, &info, device, e));

    *parameters = plan ? plan_parameters(plan) : 0;
    const struct recipe_images known = recipe_images_known(&info);

    *warnings = recipe_warnings(recipe, &known);
    warn_of_pretrained(pretrained, unlike, warnings);
    plan_free(plan);
    return good;
}
