#include "cli/recipe_options.h"

#include "base/text.h"
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
};

const char *recipe_option_word(int option)
{
    return known[option].word;
}

static bool assign(struct recipe *recipe, const struct recipe_option *given, struct error *e)
{
    char assignment[sizeof recipe->data.dataset + 64] = "";

    if (!known[given->option].key)
        return recipe_set(recipe, given->text, e);
    if (!text_append(assignment, sizeof assignment, "%s=%s", known[given->option].key, given->text))
        return error_set(e, ERROR_USAGE, "the value is too long");
    return recipe_set(recipe, assignment, e);
}

bool recipe_option_apply(struct recipe *recipe, const struct recipe_option *given, struct error *e)
{
    if (assign(recipe, given, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "%s %.64s", known[given->option].word, given->text);
}
