#include "run/run_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/run_folder.h"

/* 12 before 9 before "other": names are mostly numbers with a word. */
static int latest_first(const void *a, const void *b)
{
    return strverscmp(path_name(*(char *const *)b), path_name(*(char *const *)a));
}

static bool may_be_run(const struct dirent *found)
{
    return found->d_name[0] != '.' &&
           (found->d_type == DT_DIR || found->d_type == DT_LNK || found->d_type == DT_UNKNOWN);
}

/* A path that is too long is left out: nothing could be done with it. */
static bool add(struct run_list_folders *f, int *room, const char *runs, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, runs, name, e))
        return true;
    if (f->count == *room) {
        int larger = *room ? 2 * *room : 64;
        char **paths = realloc(f->paths, (size_t)larger * sizeof *paths);

        if (!paths)
            return error_set(e, ERROR_MEMORY, "no memory for a list of %d runs", larger);
        f->paths = paths;
        *room = larger;
    }
    f->paths[f->count] = strdup(path);
    return f->paths[f->count++] || error_set(e, ERROR_MEMORY, "no memory for a list of %d runs", f->count);
}

static bool read_folders(struct run_list_folders *f, DIR *folder, const char *runs, struct error *e)
{
    const struct dirent *found;
    int room = 0;

    while ((errno = 0, found = readdir(folder)))
        if (may_be_run(found) && !add(f, &room, runs, found->d_name, e))
            return false;
    return errno == 0 || error_set_errno(e, "cannot read the folder of runs %s", runs);
}

bool run_list_folders(struct run_list_folders *f, const char *runs, struct error *e)
{
    char usual[PATH_SIZE];
    DIR *folder;

    *f = (struct run_list_folders){ .count = 0 };
    if (!runs && !path_runs(usual, e))
        return false;
    runs = runs ? runs : usual;
    folder = opendir(runs);
    if (!folder)
        return errno == ENOENT || error_set_errno(e, "cannot read the folder of runs %s", runs);
    bool good = read_folders(f, folder, runs, e);
    closedir(folder);
    if (!good)
        run_list_free_folders(f);
    else if (f->count > 0)
        qsort(f->paths, (size_t)f->count, sizeof *f->paths, latest_first);
    return good;
}

void run_list_free_folders(struct run_list_folders *f)
{
    for (int i = 0; i < f->count; i++)
        free(f->paths[i]);
    free(f->paths);
    *f = (struct run_list_folders){ .count = 0 };
}

static bool look_at_all(struct run_list *l, const struct run_list_folders *f, struct error *e)
{
    l->entries = memory_new((size_t)f->count, sizeof(struct run_entry *), e);
    for (int i = 0; l->entries && i < f->count; i++) {
        struct run_entry *entry = memory_new(1, sizeof *entry, e);

        if (!entry)
            return false;
        if (run_entry_look(entry, f->paths[i], NULL))
            l->entries[l->count++] = entry;
        else
            free(entry);
    }
    return l->entries != NULL;
}

bool run_list_read(struct run_list *l, const char *runs, struct error *e)
{
    struct run_list_folders folders;

    *l = (struct run_list){ .count = 0 };
    if (!run_list_folders(&folders, runs, e))
        return false;
    bool good = look_at_all(l, &folders, e);
    run_list_free_folders(&folders);
    if (!good)
        run_list_free(l);
    return good;
}

void run_list_free(struct run_list *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->entries[i]);
    free(l->entries);
    *l = (struct run_list){ .count = 0 };
}

bool run_list_newest(struct run_entry *entry)
{
    char folder[PATH_SIZE];
    struct error ignored;

    return run_folder_newest(folder, &ignored) && run_entry_look(entry, folder, NULL);
}
