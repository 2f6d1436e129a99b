#include "run/run_setup.h"

#include "base/text.h"
#include "nn/recipe/shares.h"
#include "run/model_check.h"
#include "run/run_paths.h"
#include "run/start_weights.h"

/* A run that goes on with more or fewer shares its batch anew. */
static bool fit_shares(const struct run_setup *setup, struct run_choice *c, struct error *e)
{
    struct recipe_training *t = &c->recipe.training;
    const int ranks = setup->communicator ? setup->communicator->ranks : devices_replicas(&c->device);

    if (setup->resume && shares_count(t->shares) != ranks)
        shares_forget(t->shares, sizeof t->shares);
    return !setup->communicator || shares_fit(t->shares, ranks, e);
}

/* Looking for a GPU asks its driver, which can take seconds. */
static bool choose_device(const struct run_setup *setup, struct run_choice *c, struct error *e)
{
    if (setup->device)
        c->device = *setup->device;
    return (setup->device || devices_choose(c->recipe.training.device, &c->device, e)) && fit_shares(setup, c, e) &&
           devices_share_batch(&c->device, &c->recipe, e);
}

static bool name_folder(struct run_choice *c, const char *folder, struct error *e)
{
    return text_copy(c->folder.path, sizeof c->folder.path, folder) ||
           error_set(e, ERROR_INPUT, "the path %.60s… is too long", folder);
}

static bool claim_folder(const struct run_setup *setup, struct run_choice *c, struct error *e)
{
    if (setup->follows)
        return true;
    return setup->resume ? name_folder(c, setup->folder, e)
                         : run_folder_create(&c->recipe, c->recipe.training.device, setup->folder, &c->folder, e);
}

/* A run that goes on has its weights in its checkpoint. */
static bool read_weights(const struct run_setup *setup, struct run_choice *c, struct error *e)
{
    c->pretrained = (struct pretrained){ .plan = NULL };
    return (setup->resume && !setup->again) || start_weights_read(&c->recipe, &c->pretrained, e);
}

static bool check(const struct run_setup *setup, struct run_choice *c, struct error *e)
{
    struct recipe *recipe = &c->recipe;

    return model_check(recipe, setup->source, &c->pretrained, setup->insists ? NULL : &c->device, &c->parameters,
                       &c->warnings, e) &&
           claim_folder(setup, c, e);
}

bool run_setup_choose(const struct run_setup *setup, struct run_choice *out, struct error *e)
{
    out->recipe = *setup->recipe;
    if (!recipe_check(&out->recipe, e) || !choose_device(setup, out, e) || !run_paths_fix(&out->recipe, e) ||
        !read_weights(setup, out, e))
        return false;
    if (check(setup, out, e))
        return true;
    pretrained_free(&out->pretrained);
    return false;
}
