#include "base/asset.h"

#include <pthread.h>
#include <string.h>

/* `ld -r -b binary` gives these names to the ends of a file's bytes. */
#define DECLARE(symbol) extern const unsigned char _binary_##symbol##_start[], _binary_##symbol##_end[];
#define DECLARE_RECIPE(symbol, name) DECLARE(recipes_##symbol##_ini)
#define DECLARE_COMPLETION(name) DECLARE(completions_cuvette_##name)
DECLARE(digits_h5)
DECLARE(datasets_ini)
DECLARE(imagenet_classes_txt)
ASSET_RECIPES(DECLARE_RECIPE)
ASSET_COMPLETIONS(DECLARE_COMPLETION)
#undef DECLARE_COMPLETION
#undef DECLARE_RECIPE
#undef DECLARE

static const struct {
    const char *name;
    const unsigned char *start, *end;
} embedded[] = {
#define ROW(symbol, name) { name, _binary_##symbol##_start, _binary_##symbol##_end },
#define RECIPE_ROW(symbol, name) ROW(recipes_##symbol##_ini, "recipes/" name ".ini")
#define COMPLETION_ROW(name) ROW(completions_cuvette_##name, "completions/cuvette." #name)
    ROW(digits_h5, "digits.h5")
    ROW(datasets_ini, "datasets.ini")
    ROW(imagenet_classes_txt, "imagenet-classes.txt")
    ASSET_RECIPES(RECIPE_ROW)
    ASSET_COMPLETIONS(COMPLETION_ROW)
#undef COMPLETION_ROW
#undef RECIPE_ROW
#undef ROW
    { NULL },
};

enum { ASSET_COUNT = sizeof embedded / sizeof *embedded - 1 };

/* The difference of two symbols is no constant expression: so sizes are computed at the first call. */
static struct asset assets[ASSET_COUNT + 1];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill(void)
{
    for (int i = 0; i < ASSET_COUNT; i++) {
        assets[i].name = embedded[i].name;
        assets[i].bytes = embedded[i].start;
        assets[i].size = (size_t)(embedded[i].end - embedded[i].start);
    }
}

const struct asset *asset_at(int position)
{
    pthread_once(&filled, fill);
    return position >= 0 && position < ASSET_COUNT ? &assets[position] : NULL;
}

const struct asset *asset_find(const char *name)
{
    const struct asset *a;

    for (int i = 0; (a = asset_at(i)); i++)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}
