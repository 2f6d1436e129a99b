#include "run/watch_find.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "run/run_folder.h"
#include "run/sighting.h"

struct newest {
    char folder[PATH_SIZE]; /* "": none */
    struct timespec begun;
};

static bool is_later(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static void consider(struct newest *n, const char *folder)
{
    char recipe[PATH_SIZE];
    struct stat status;
    struct error ignored;

    if (!path_join(recipe, folder, "recipe.ini", &ignored) || stat(recipe, &status) != 0 ||
        !S_ISREG(status.st_mode) || (n->folder[0] && !is_later(status.st_mtim, n->begun)))
        return;
    text_copy(n->folder, sizeof n->folder, folder);
    n->begun = status.st_mtim;
}

/* A folder without runs, or that is not there, has none of both. */
static bool search(const char *runs, struct newest *training, struct newest *any, struct error *e)
{
    DIR *entries = opendir(runs);
    struct dirent *entry;
    char folder[PATH_SIZE];
    struct error ignored;

    if (!entries)
        return errno == ENOENT || error_set_errno(e, "cannot read the folder %s", runs);
    while ((entry = readdir(entries))) {
        if (entry->d_name[0] == '.' || !path_join(folder, runs, entry->d_name, &ignored))
            continue;
        consider(any, folder);
        if (sighting_trains(folder))
            consider(training, folder);
    }
    closedir(entries);
    return true;
}

static bool find_training(const char *runs, char out[PATH_SIZE], struct error *e)
{
    struct newest training = { "" }, any = { "" };

    if (!search(runs, &training, &any, e))
        return false;
    if (training.folder[0])
        return text_copy(out, PATH_SIZE, training.folder);
    if (!any.folder[0])
        return error_set(e, ERROR_INPUT, "there is no run in %s", runs);
    return error_set(e, ERROR_INPUT, "no run trains in %s; the newest is over: 'cuvette watch %s' shows it", runs,
                     run_folder_known_as(any.folder));
}

static bool is_folder_of_runs(const char *name)
{
    char recipe[PATH_SIZE];

    return path_is_folder(name) && !path_file_in(recipe, name, "recipe.ini");
}

bool watch_find(const char *name, char out[PATH_SIZE], struct error *e)
{
    char runs[PATH_SIZE];

    if (!name)
        return path_runs(runs, e) && find_training(runs, out, e);
    return is_folder_of_runs(name) ? find_training(name, out, e) : run_folder_find(name, out, e);
}
