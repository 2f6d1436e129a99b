#include "run/run_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/run_folder.h"
#include "run/shelter_place.h"

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

/* What is being listed. */
struct listing {
    struct run_list_folders *folders;
    int room;
    const char *runs; /* the folder of them */
    bool good;
    struct error *e;
};

static bool add(struct listing *l, const char *path)
{
    struct run_list_folders *f = l->folders;

    if (f->count == l->room) {
        int larger = l->room ? 2 * l->room : 64;
        char **paths = realloc(f->paths, (size_t)larger * sizeof *paths);

        if (!paths)
            return error_set(l->e, ERROR_MEMORY, "no memory for a list of %d runs", larger);
        f->paths = paths;
        l->room = larger;
    }
    f->paths[f->count] = strdup(path);
    return f->paths[f->count++] || error_set(l->e, ERROR_MEMORY, "no memory for a list of %d runs", f->count);
}

/* A path that is too long is left out: nothing could be done with it. */
static bool read_folders(struct listing *l, DIR *folder)
{
    const struct dirent *found;
    char path[PATH_SIZE];
    struct error ignored;

    while ((errno = 0, found = readdir(folder)))
        if (may_be_run(found) && path_join(path, l->runs, found->d_name, &ignored) && !add(l, path))
            return false;
    return errno == 0 || error_set_errno(l->e, "cannot read the folder of runs %s", l->runs);
}

/* A run of this folder that went on elsewhere. */
static void add_shelter(void *listing, const char *folder, const char *home)
{
    struct listing *l = listing;

    if (l->good && path_is_below(home, l->runs))
        l->good = add(l, folder);
}

static bool read_all(struct listing *l)
{
    DIR *folder = opendir(l->runs);

    if (!folder && errno != ENOENT)
        return error_set_errno(l->e, "cannot read the folder of runs %s", l->runs);
    l->good = !folder || read_folders(l, folder);
    if (folder)
        closedir(folder);
    if (l->good)
        shelter_place_each(add_shelter, l);
    return l->good;
}

bool run_list_folders(struct run_list_folders *f, const char *runs, struct error *e)
{
    char usual[PATH_SIZE];

    *f = (struct run_list_folders){ .count = 0 };
    if (!runs && !path_runs(usual, e))
        return false;

    struct listing listing = { .folders = f, .runs = runs ? runs : usual, .e = e };
    bool good = read_all(&listing);

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
