#include "run/go_on.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/shares.h"
#include "run/checkpoint.h"
#include "run/run_entry.h"
#include "run/run_paths.h"
#include "run/run_recipe.h"

static bool has(const char *folder, const char *name)
{
    char path[PATH_SIZE];

    return path_file_in(path, folder, name);
}

/* What a run with weights, or on devices of different speed, made of its recipe when it began is no difference. */
static void take_choices(const struct recipe *own, struct recipe *wanted)
{
    const enum shares_kind shares = shares_kind(wanted->training.shares);

    if (shares == SHARES_AUTO || shares == SHARES_MEASURED)
        text_copy(wanted->training.shares, sizeof wanted->training.shares, own->training.shares);
    if (wanted->training.head == HEAD_AUTO)
        wanted->training.head = own->training.head;
    if (own->training.weights[0] != '\0')
        model_fit_like(wanted, own);
}

/* The values that count are those of the run; what differs otherwise is told. */
static bool merge(const struct recipe *own, struct recipe *wanted, char *note, size_t size, struct error *e)
{
    struct recipe merged = *own, same = *wanted;
    char words[256];

    merged.training.epochs = int_max(own->training.epochs, wanted->training.epochs);
    if (strcmp(own->training.device, wanted->training.device) != 0)
        shares_forget(merged.training.shares, sizeof merged.training.shares);
    memcpy(merged.training.device, wanted->training.device, sizeof merged.training.device);
    if (!run_paths_fix(&same, e))
        return false;
    take_choices(&merged, &same);
    same.training.epochs = merged.training.epochs;
    note[0] = '\0';
    if (recipe_changes(&merged, &same, words, sizeof words) > 0)
        text_append(note, size, "the run goes on as it began; what the recipe has now does not count: %s", words);
    *wanted = merged;
    return true;
}

bool go_on_look(const char *folder, struct recipe *wanted, enum go_on *out, char *note, size_t size, struct error *e)
{
    struct run_entry run;
    struct recipe own;

    note[0] = '\0';
    *out = GO_ON_BEGIN;
    if (!has(folder, "metrics.jsonl"))
        return true;
    run_entry_look(&run, folder, NULL);
    *out = GO_ON_AGAIN;
    if (!has(folder, "recipe.ini")) /* it was killed while it began */
        return true;
    if (!run_recipe_load(&own, folder, e))
        return false;
    if (strcmp(run.summary.state, "finished") == 0 && wanted->training.epochs <= own.training.epochs)
        *out = GO_ON_DONE;
    else if (checkpoint_exists(folder))
        *out = GO_ON_RESUME;
    return merge(&own, wanted, note, size, e);
}
