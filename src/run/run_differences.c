#include "run/run_differences.h"

#include <stdlib.h>

#include "base/memory.h"
#include "run/run_recipe.h"

bool run_differences(const char *const *folders, int count,
                     void (*row)(void *context, const struct recipe_difference *d), void *context, int *rows,
                     struct error *e)
{
    const struct recipe *all[RECIPE_DIFFERENCES_MOST];
    struct recipe *recipes;
    bool good;

    if (count < 2 || count > RECIPE_DIFFERENCES_MOST)
        return error_set(e, ERROR_USAGE, "from 2 to %d runs can be compared, not %d", RECIPE_DIFFERENCES_MOST, count);
    recipes = memory_new((size_t)count, sizeof *recipes, e);
    good = recipes != NULL;
    for (int i = 0; good && i < count; i++) {
        all[i] = &recipes[i];
        good = run_recipe_load(&recipes[i], folders[i], e);
    }
    if (good)
        *rows = recipe_differences(all, count, row, context);
    free(recipes);
    return good;
}
