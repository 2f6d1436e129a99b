#include "run/model_check.h"

#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"
#include "run/model/model_file.h"

bool model_check(const struct recipe *recipe, struct source *source, size_t *parameters,
                 struct recipe_warnings *warnings, struct error *e)
{
    struct dataset_info info;

    if (source)
        source_describe(source, &info);
    else if (!recipe_images_look(recipe, &info, e))
        return false;

    struct plan *plan =
        compile_recipe(recipe, shape_image(info.height, info.width, info.channels), info.classes, true, e);
    bool good = plan && model_file_check(recipe, plan, e);

    *parameters = plan ? plan_parameters(plan) : 0;
    const struct recipe_images known = recipe_images_known(&info);

    *warnings = recipe_warnings(recipe, &known);
    plan_free(plan);
    return good;
}
