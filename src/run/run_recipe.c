#include "run/run_recipe.h"

#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/metrics.h"

bool run_recipe_load(struct recipe *r, const char *folder, struct error *e)
{
    char path[PATH_SIZE];
    struct summary run;
    struct error ignored;

    if (!path_join(path, folder, "recipe.ini", e) || !recipe_load(r, path, e))
        return false;
    if (path_join(path, folder, "metrics.jsonl", &ignored) && metrics_read_run(path, &run, &ignored) && run.name[0])
        text_copy(r->name, sizeof r->name, run.name);
    return true;
}
