#include "cli/recipe_options.h"

#include "nn/recipe/recipe_file.h"

static const struct {
    const char *word, *key; /* key NULL: the text names it */
} known[RECIPE_OPTIONS] = {
    [RECIPE_OPTION_DATASET] = { "--dataset", "data.dataset" },
    [RECIPE_OPTION_SET] = { "--set", NULL },
    [RECIPE_OPTION_DEVICE] = { "--device", "training.device" },
    [RECIPE_OPTION_EPOCHS] = { "--epochs", "training.epochs" },
    [RECIPE_OPTION_BATCH] = { "--batch", "training.batch" },
    [RECIPE_OPTION_SEED] = { "--seed", "training.seed" },
    [RECIPE_OPTION_TENSORBOARD] = { "--tensorboard", "training.tensorboard" },
};

const char *recipe_option_word(int option)
{
    return known[option].word;
}

static bool assign(struct recipe *recipe, const struct recipe_option *given, struct error *e)
{
    const char *key = known[given->option].key;

    return key ? recipe_set_key(recipe, key, given->text ? given->text : "yes", e) : recipe_set(recipe, given->text, e);
}

bool recipe_option_apply(struct recipe *recipe, const struct recipe_option *given, struct error *e)
{
    if (assign(recipe, given, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "%s %.64s", known[given->option].word, given->text);
}
