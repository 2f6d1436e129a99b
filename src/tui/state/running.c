#include "tui/state/running.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/recipe_rate.h"

void running_describe(struct running *r, const char *folder, size_t parameters, const char *device)
{
    const struct recipe *recipe = &r->recipe;
    int number = atoi(path_name(folder)); /* "0007-digits-cpu" */
    char words[sizeof r->words] = "", count[32], optimiser[96];

    text_count(count, sizeof count, parameters);
    optimiser_summary(&recipe->optimiser, recipe_rate_factor(recipe), optimiser, sizeof optimiser);
    text_append(words, sizeof words, "run %d: %.40s, %d layer%s", number, path_name(recipe->data.dataset),
                recipe->n_layers, recipe->n_layers == 1 ? "" : "s");
    if (parameters > 0)
        text_append(words, sizeof words, " %s", count);
    text_append(words, sizeof words, ", %s", optimiser);
    if (device[0])
        text_append(words, sizeof words, ", %s", device);
    text_sanitise(r->words, sizeof r->words, words);
}

void running_begin(struct running *r, const struct recipe *recipe, const char *folder, size_t parameters,
                   const char *device)
{
    *r = (struct running){ .recipe = *recipe };
    running_describe(r, folder, parameters, device);
}

/* What each panel edits, by position. */
static void take_dataset(struct recipe *to, const struct recipe *from)
{
    memcpy(to->data.dataset, from->data.dataset, sizeof to->data.dataset);
}

static void take_layers(struct recipe *to, const struct recipe *from)
{
    to->n_layers = from->n_layers;
    memcpy(to->layers, from->layers, sizeof to->layers);
}

static void take_device(struct recipe *to, const struct recipe *from)
{
    memcpy(to->training.device, from->training.device, sizeof to->training.device);
}

/* All the rest. */
static void take_training(struct recipe *to, const struct recipe *from)
{
    struct recipe before = *to;

    *to = *from;
    take_dataset(to, &before);
    take_layers(to, &before);
    take_device(to, &before);
}

static void (*const take[PANEL_COUNT])(struct recipe *to, const struct recipe *from) = {
#define TAKE(position, name, rows, most, weight) [PANEL_##position] = take_##name,
    PANELS(TAKE)
#undef TAKE
};

void running_compare(struct running *r, const struct recipe *of_panels)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        struct recipe other = r->recipe;

        take[i](&other, of_panels);
        r->edited[i] = recipe_changes(&r->recipe, &other, NULL, 0) > 0;
    }
}
