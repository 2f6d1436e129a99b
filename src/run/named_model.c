#include "run/named_model.h"

#include "base/text.h"
#include "run/checkpoint.h"
#include "run/checkpoint_model.h"
#include "run/model/model_format.h"
#include "run/run_folder.h"
#include "run/run_recipe.h"

static bool read_file(const char *from, bool best, const struct model_wish *wish, char file[PATH_SIZE],
                      struct stored_model *out, struct error *e)
{
    if (best)
        return error_set(e, ERROR_USAGE, "%s is one model: --best is for runs", from);
    return (text_copy(file, PATH_SIZE, from) ||
            error_set(e, ERROR_INPUT, "the path %.60s… is too long", from)) &&
           model_format_read(file, wish, out, e);
}

static bool never_came_so_far(const char *folder, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s has no model: the run was cut off before its first checkpoint, or was not "
                                     "copied whole; 'cuvette train %s/recipe.ini' trains it anew", folder, folder);
}

/* Of a run that goes on, or was killed, the best epoch so far is in best.h5, unless that would have taken too long to
 * write, and in the checkpoint. */
static bool read_folder(const char *folder, const struct recipe *r, bool best, char file[PATH_SIZE],
                        struct stored_model *out, struct error *e)
{
    const struct model_wish wish = { .recipe = r };
    const bool ended = path_file_in(file, folder, "model.h5");

    if (ended && !best)
        return model_format_read(file, &wish, out, e);
    if (path_file_in(file, folder, "best.h5")) {
        if (!model_format_read(file, &wish, out, e))
            return false;
        out->moment.unended = !ended;
        return true;
    }
    if (!checkpoint_find(folder, file))
        return ended ? error_set(e, ERROR_INPUT, "%s has no best.h5: no epoch of it was saved", folder)
                     : never_came_so_far(folder, e);
    if (checkpoint_model_read(folder, r, best, out, e))
        return true;
    return error_context(e, "the run has not ended, and 'cuvette resume %s' goes on with it",
                         run_folder_known_as(folder));
}

/* Its own recipe counts, and has its name. */
static bool read_run(const char *from, bool best, char file[PATH_SIZE], struct stored_model *out, struct error *e)
{
    char folder[PATH_SIZE];
    struct recipe recipe;

    return run_folder_find(from, folder, e) && run_recipe_load(&recipe, folder, e) &&
           read_folder(folder, &recipe, best, file, out, e);
}

bool named_model_read(const char *from, bool best, const struct model_wish *wish, char file[PATH_SIZE],
                      struct stored_model *out, struct error *e)
{
    return path_is_file(from) ? read_file(from, best, wish, file, out, e) : read_run(from, best, file, out, e);
}
