#include "run/compare/comparison_failure.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"
#include "run/run_entry.h"
#include "run/run_files.h"
#include "run/run_folder.h"

static void describe(const struct comparison *c, int entry, const char *why, struct summary *out)
{
    summary_forget(out);
    text_copy(out->state, sizeof out->state, run_state_word(RUN_FAILED));
    text_sanitise(out->error, sizeof out->error, why);
    text_copy(out->name, sizeof out->name, c->recipe.name);
    text_copy(out->device, sizeof out->device, c->entries[entry].device);
    text_copy(out->version, sizeof out->version, CUVETTE_VERSION);
    clock_date(out->date, sizeof out->date);
}

static bool save_recipe(const struct comparison *c, int entry, struct error *e)
{
    struct recipe *recipe = memory_new(1, sizeof *recipe, e);
    char path[PATH_SIZE];
    bool saved = recipe && comparison_recipe(c, entry, recipe, e) &&
                 path_join(path, c->entries[entry].folder, "recipe.ini", e) && recipe_save(recipe, path, e);

    free(recipe);
    return saved;
}

bool comparison_failure_keep(const struct comparison *c, int entry, const char *why, struct error *e)
{
    const char *folder = c->entries[entry].folder;
    struct summary summary;

    rmdir(folder); /* an empty one, of a process that was killed as it began */
    if (mkdir(folder, 0777) != 0)
        return errno == EEXIST || error_set_errno(e, "cannot make the folder %s", folder);
    describe(c, entry, why, &summary);
    return run_files_summary(folder, &summary, e) && save_recipe(c, entry, e);
}

void comparison_failure_forget(const struct comparison *c, int entry)
{
    struct run_folder folder = { .path = "" };
    char path[PATH_SIZE];

    if (path_file_in(path, c->entries[entry].folder, "metrics.jsonl") ||
        !path_file_in(path, c->entries[entry].folder, "summary.json"))
        return;
    text_copy(folder.path, sizeof folder.path, c->entries[entry].folder);
    text_copy(folder.made, sizeof folder.made, folder.path);
    run_folder_remove(&folder);
}
