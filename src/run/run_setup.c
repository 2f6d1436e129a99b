#include "run/run_setup.h"

#include "base/text.h"
#include "data/catalogue.h"
#include "run/model_check.h"

/* Looking for a GPU asks its driver, which can take seconds. */
static bool choose_device(struct run_choice *c, const struct device *chosen, struct error *e)
{
    if (!chosen)
        return devices_choose(c->recipe.training.device, &c->device, e);
    c->device = *chosen;
    return true;
}

static bool name_folder(struct run_choice *c, const char *folder, struct error *e)
{
    return text_copy(c->folder.path, sizeof c->folder.path, folder) ||
           error_set(e, ERROR_INPUT, "the path %.60s… is too long", folder);
}

bool run_setup_choose(const struct run_setup *setup, struct run_choice *out, struct error *e)
{
    struct recipe *recipe = &out->recipe;

    *recipe = *setup->recipe;
    return recipe_check(recipe, e) && choose_device(out, setup->device, e) &&
           catalogue_absolute(setup->recipe->data.dataset, recipe->data.dataset, sizeof recipe->data.dataset, e) &&
           model_check(recipe, setup->source, setup->insists ? NULL : &out->device, &out->parameters, &out->warnings,
                       e) &&
           (setup->resume ? name_folder(out, setup->folder, e)
                          : run_folder_create(recipe, recipe->training.device, setup->folder, &out->folder, e));
}
