#include "run/run_paths.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/catalogue.h"
#include "run/model/model_format.h"
#include "run/run_folder.h"

static bool is_model(const char *name)
{
    struct error ignored;

    return name[0] != '.' && model_format_of_name(name, &ignored);
}

/* The first model file by name in the folder of a network that was fetched: "vgg16", or "weights/vgg16" as it is
 * offered. A longer path is somewhere else. */
static bool find_fetched(const char *typed, char out[PATH_SIZE])
{
    static const char offered[] = "weights/";
    const char *name = strncmp(typed, offered, strlen(offered)) == 0 ? typed + strlen(offered) : typed;
    char weights[PATH_SIZE], folder[PATH_SIZE], first[NAME_MAX + 1] = "";
    struct error ignored;

    if (name != path_name(name) || !path_weights(weights, &ignored) || !path_join(folder, weights, name, &ignored))
        return false;

    DIR *entries = opendir(folder);

    for (struct dirent *d; entries && (d = readdir(entries));)
        if (is_model(d->d_name) && (!first[0] || strcmp(d->d_name, first) < 0))
            text_copy(first, sizeof first, d->d_name);
    if (entries)
        closedir(entries);
    return first[0] && path_file_in(out, folder, first);
}

bool run_paths_weights(const char *typed, char out[PATH_SIZE], struct error *e)
{
    char path[PATH_SIZE], found[PATH_SIZE];
    struct error ignored;

    if (!path_typed(path, typed, e))
        return false;
    if (path_is_file(path))
        text_copy(found, sizeof found, path);
    else if (!find_fetched(typed, found) && !run_folder_find(path, found, &ignored))
        return error_set(e, ERROR_INPUT,
                         "training.weights: there is no model file, no fetched network and no run %.200s; "
                         "`cuvette data fetch` lists the networks that it can get", typed);

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
