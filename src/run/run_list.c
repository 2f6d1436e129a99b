#include "run/run_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run_folder.h"

/* False when it is no run. */
static bool look(struct run_list_entry *entry, const char *runs, const char *name)
{
    char recipe[PATH_SIZE];
    struct stat status;
    struct error e;

    if (name[0] == '.' || !path_join(entry->folder, runs, name, &e) ||
        !path_join(recipe, entry->folder, "recipe.ini", &e) || stat(recipe, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    entry->begun = status.st_mtime;
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct run_list_entry *one = a, *other = b;

    if (one->begun != other->begun)
        return one->begun < other->begun ? 1 : -1;
    return strcmp(other->folder, one->folder);
}

/* Keeps the newest: more than are kept are never in memory. */
static void keep(struct run_list *l, const struct run_list_entry *entry)
{
    if (l->count == RUN_LIST_MOST && newest_first(entry, &l->entries[l->count - 1]) >= 0)
        return;
    if (l->count < RUN_LIST_MOST)
        l->count++;

    int at = l->count - 1;

    for (; at > 0 && newest_first(entry, &l->entries[at - 1]) < 0; at--)
        l->entries[at] = l->entries[at - 1];
    l->entries[at] = *entry;
}

static bool in_folder(char path[PATH_SIZE], const char *folder, const char *name)
{
    struct error ignored;

    return path_join(path, folder, name, &ignored);
}

void run_list_look(struct run_list_entry *entry, const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;
    bool trains = in_folder(path, folder, "metrics.jsonl") && metrics_are_claimed(path);

    text_copy(entry->folder, sizeof entry->folder, folder);
    entry->summary = (struct summary){ .test_accuracy = -1, .test_loss = -1 };
    if (!in_folder(path, folder, "summary.json") || !path_is_file(path) ||
        !summary_read(&entry->summary, path, &ignored))
        entry->summary = (struct summary){ .test_accuracy = -1, .test_loss = -1 };
    entry->state = trains ? RUN_TRAINS : entry->summary.state[0] ? RUN_ENDED : RUN_CUT_OFF;
    entry->can_go_on = !trains && strcmp(entry->summary.state, "finished") != 0 && checkpoint_exists(folder);
}

bool run_list_newest(struct run_list_entry *entry)
{
    char folder[PATH_SIZE];
    struct error ignored;

    if (!run_folder_newest(folder, &ignored))
        return false;
    run_list_look(entry, folder);
    return true;
}

static void look_at_all(struct run_list *l)
{
    char folder[PATH_SIZE];

    for (int i = 0; i < l->count; i++) {
        text_copy(folder, sizeof folder, l->entries[i].folder);
        run_list_look(&l->entries[i], folder);
    }
}

bool run_list_read(struct run_list *l, struct error *e)
{
    struct run_list_entry entry = { .begun = 0 };
    char runs[PATH_SIZE];
    struct dirent *found;
    DIR *folder;

    *l = (struct run_list){ .count = 0 };
    if (!path_runs(runs, e))
        return false;
    folder = opendir(runs);
    if (!folder)
        return errno == ENOENT || error_set_errno(e, "cannot read the folder %s", runs);
    l->entries = memory_new(RUN_LIST_MOST, sizeof *l->entries, e);
    while (l->entries && (found = readdir(folder)))
        if (look(&entry, runs, found->d_name))
            keep(l, &entry);
    closedir(folder);
    if (!l->entries)
        return false;
    look_at_all(l);
    return true;
}

void run_list_free(struct run_list *l)
{
    free(l->entries);
    *l = (struct run_list){ .count = 0 };
}
