#include "run/run_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/catalogue.h"
#include "run/run_folder.h"

bool run_paths_weights(const char *typed, char out[PATH_SIZE], struct error *e)
{
    char found[PATH_SIZE];
    struct error ignored;

    if (!path_typed(found, typed, e))
        return false;
    if (!path_is_file(found) && !run_folder_find(typed, found, &ignored))
        return error_set(e, ERROR_INPUT, "training.weights: there is no model file and no run %.200s", typed);

    char *absolute = realpath(found, NULL);

    text_copy(out, PATH_SIZE, absolute ? absolute : found);
    free(absolute);
    return true;
}

void run_paths_fix_weights(char *weights, size_t size)
{
    char absolute[PATH_SIZE];
    struct error ignored;

    if (weights[0] != '\0' && run_paths_weights(weights, absolute, &ignored) && strlen(absolute) < size)
        text_copy(weights, size, absolute);
}

bool run_paths_fix(struct recipe *r, struct error *e)
{
    char dataset[sizeof r->data.dataset];

    if (!catalogue_absolute(r->data.dataset, dataset, sizeof dataset, e))
        return false;
    text_copy(r->data.dataset, sizeof r->data.dataset, dataset);
    run_paths_fix_weights(r->training.weights, sizeof r->training.weights);
    return true;
}
