#include "run/compare/comparison_lengthen.h"

#include <unistd.h>

#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/compare/comparison_file.h"

static bool may_be_so_long(const struct comparison *c, int epochs, struct error *e)
{
    const int before = c->recipe.training.epochs;

    if (comparison_epochs(c) >= 0)
        return error_set(e, ERROR_INPUT, "the runs of %s differ in their epochs: there is no number for all",
                         c->folder);
    return epochs >= before ||
           error_set(e, ERROR_INPUT, "the comparison %s has %d epochs: it can be given more, not %d", c->folder, before,
                     epochs);
}

static bool save(const struct comparison *c, const struct recipe *recipe, struct error *e)
{
    char path[PATH_SIZE];
    const int claim = comparison_claim(c->folder, e);
    bool saved;

    if (claim < 0)
        return false;
    saved = path_join(path, c->folder, "recipe.ini", e) && recipe_save(recipe, path, e);
    close(claim);
    return saved;
}

bool comparison_lengthen(struct comparison *c, int epochs, char *note, size_t size, struct error *e)
{
    const int kind = c->recipe.schedule.kind;
    struct recipe longer = c->recipe;

    note[0] = '\0';
    if (!may_be_so_long(c, epochs, e))
        return false;
    if (epochs == c->recipe.training.epochs)
        return true;
    longer.training.epochs = epochs;
    if (!recipe_check(&longer, e) || !save(c, &longer, e))
        return false;
    c->recipe = longer;
    if (kind == SCHEDULE_COSINE || kind == SCHEDULE_ONE_CYCLE)
        text_append(note, size, "the learning rate was that of fewer epochs so far, and is that of %d from here on",
                    epochs);
    return true;
}
