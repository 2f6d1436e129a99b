#include "run/run_files.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/model_file.h"

/* The metrics first: who has them has the folder. */
bool run_files_create(const struct run_folder *folder, const struct recipe *recipe, struct metrics_writer **metrics,
                      struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder->path, "metrics.jsonl", e) || !(*metrics = metrics_create(path, e))) {
        run_folder_leave(folder);
        return false;
    }
    if (path_join(path, folder->path, "recipe.ini", e) && recipe_save(recipe, path, e))
        return true;
    run_folder_remove(folder);
    return false;
}

bool run_files_open(const char *folder, const struct recipe *recipe, bool again, struct resume *out, struct error *e)
{
    char path[PATH_SIZE];

    if (!(again ? resume_open_again(out, folder, e) : resume_open(out, folder, recipe->training.epochs, e)))
        return false;
    run_folder_clean(folder);
    return path_join(path, folder, "recipe.ini", e) && recipe_save(recipe, path, e);
}

bool run_files_shares(const char *folder, const struct recipe *recipe, const char *shares)
{
    char path[PATH_SIZE];
    struct error ignored;
    struct recipe *with = memory_new(1, sizeof *with, &ignored);
    bool good = with && path_join(path, folder, "recipe.ini", &ignored);

    if (good) {
        *with = *recipe;
        text_copy(with->training.shares, sizeof with->training.shares, shares);
        good = recipe_save(with, path, &ignored);
    }
    free(with);
    return good;
}

bool run_files_weights(const char *folder, const char *name, const struct recipe *recipe,
                       const struct trainer_weights *weights, const struct atomic_wish *wish, struct error *e)
{
    char path[PATH_SIZE];

    return path_join(path, folder, name, e) && model_file_write(path, recipe, weights, wish, e);
}

bool run_files_summary(const char *folder, const struct summary *summary, struct error *e)
{
    char path[PATH_SIZE];

    return path_join(path, folder, "summary.json", e) && summary_write(summary, path, e);
}

static bool find_summary(const char *folder, char path[PATH_SIZE])
{
    struct error ignored;

    return path_join(path, folder, "summary.json", &ignored) && path_is_file(path);
}

bool run_files_read_summary(const char *folder, struct summary *out)
{
    char path[PATH_SIZE];
    struct error ignored;

    return find_summary(folder, path) && summary_read(out, path, &ignored);
}

void run_files_remove_summary(const char *folder)
{
    char path[PATH_SIZE];

    if (find_summary(folder, path))
        unlink(path);
}
