#include "run/run_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/limits.h"
#include "base/text.h"
#include "run/layer_times.h"
#include "run/run_note.h"
#include "run/shelter_place.h"
#include "run/successor.h"
#include "run/user_command.h"

enum { SLUG_SIZE = 40, NUMBER_SIZE = 24, NUMBER_MOST = 1000000000 };

/* "/data/My images.h5" -> "My-images": the last part, without an extension, in letters that need no quoting. */
static void make_slug(char out[SLUG_SIZE], const char *path)
{
    size_t used = 0;
    char whole[PATH_SIZE];

    text_copy(whole, sizeof whole, path);
    for (size_t end = strlen(whole); end > 0 && whole[end - 1] == '/'; end--)
        whole[end - 1] = '\0';
    const char *name = path_name(whole), *dot = strrchr(name, '.');
    size_t length = dot && dot != name ? (size_t)(dot - name) : strlen(name);

    for (size_t i = 0; i < length && used + 1 < SLUG_SIZE; i++) {
        bool plain = isalnum((unsigned char)name[i]) || (used > 0 && strchr("._-", name[i]));

        if (plain)
            out[used++] = name[i];
        else if (used > 0 && out[used - 1] != '-')
            out[used++] = '-';
    }
    while (used > 0 && out[used - 1] == '-')
        used--;
    out[used] = '\0';
}

/* The number of a folder: 7 for "0007-cifar10-cpu", and for "0007", which is its name while it is being
 * made; else 0. */
static long number_of(const char *name)
{
    char *end;

    if (!isdigit((unsigned char)name[0]))
        return 0;
    long number = strtol(name, &end, 10);
    return (*end == '-' || *end == '\0') && number <= NUMBER_MOST ? number : 0;
}

/* Finds the largest number in use and, for `wanted` > 0, how many folders have that number; `found` is one of their
 * names. */
static bool scan(const char *runs, long wanted, long *largest, int *matches, char *found, struct error *e)
{
    DIR *entries = opendir(runs);
    struct dirent *entry;

    *largest = 0;
    *matches = 0;
    if (!entries)
        return error_set_errno(e, "cannot read the folder of runs %s", runs);
    while ((entry = readdir(entries))) {
        long number = number_of(entry->d_name);

        *largest = int64_max(number, *largest);
        if (number == 0 || number != wanted)
            continue;
        ++*matches;
        if (found)
            text_copy(found, PATH_SIZE, entry->d_name);
    }
    closedir(entries);
    return true;
}

/* Claims a number: the process that makes the folder "0008" has it, unless a folder with that number has its full name
 * already. */
static bool claim(const char *runs, long number, char bare[PATH_SIZE], bool *claimed, struct error *e)
{
    char name[NUMBER_SIZE];
    long largest;
    int matches;

    *claimed = false;
    snprintf(name, sizeof name, "%04ld", number);
    if (!path_join(bare, runs, name, e))
        return false;
    if (mkdir(bare, 0777) != 0)
        return errno == EEXIST || error_set_errno(e, "cannot make the folder %s", bare);
    if (!scan(runs, number, &largest, &matches, NULL, e) || matches > 1) {
        rmdir(bare);
        return matches > 1;
    }
    *claimed = true;
    return true;
}

static bool create_numbered(const char *runs, const char *slug, char out[PATH_SIZE], struct error *e)
{
    char bare[PATH_SIZE], name[2 * SLUG_SIZE + NUMBER_SIZE];
    bool claimed = false;
    long number;
    int ignored;

    if (!scan(runs, 0, &number, &ignored, NULL, e))
        return false;
    while (!claimed)
        if (!claim(runs, ++number, bare, &claimed, e))
            return false;
    snprintf(name, sizeof name, "%04ld-%s", number, slug);
    if (path_join(out, runs, name, e)) {
        if (rename(bare, out) == 0)
            return true;
        error_set_errno(e, "cannot make the folder %s", out);
    }
    rmdir(bare);
    return false;
}

static bool is_empty(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    bool empty = true;

    if (!entries)
        return false;
    while (empty && (entry = readdir(entries)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(entries);
    return empty;
}

/* Cuts off the last part of a path; false when it is the only one. */
static bool to_parent(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* The outermost folder that is missing on the way to `path`; "" when `path` exists. */
static void find_missing(const char *path, char out[PATH_SIZE])
{
    char place[PATH_SIZE];

    out[0] = '\0';
    text_copy(place, sizeof place, path);
    do {
        if (access(place, F_OK) == 0)
            return;
        text_copy(out, PATH_SIZE, place);
    } while (to_parent(place));
}

static bool is_run(const char *folder)
{
    char recipe[PATH_SIZE];

    return path_file_in(recipe, folder, "recipe.ini");
}

static bool create_wanted(const char *wanted, struct run_folder *out, struct error *e)
{
    if (!text_copy(out->path, sizeof out->path, wanted))
        return error_set(e, ERROR_INPUT, "the path %.60s… is too long", wanted);
    for (size_t end = strlen(out->path); end > 1 && out->path[end - 1] == '/'; end--)
        out->path[end - 1] = '\0';

    if (path_is_file(wanted))
        return error_set(e, ERROR_INPUT, "%s is a file, and a run needs a folder", wanted);
    if (is_run(wanted))
        return error_set(e, ERROR_INPUT, "the folder %.200s holds a run already: to go on with it, 'cuvette resume "
                                         "%.200s'", wanted, wanted);
    if (path_is_folder(wanted) && !is_empty(wanted))
        return error_set(e, ERROR_INPUT, "the folder %s is not empty: a run wants one of its own", wanted);
    find_missing(out->path, out->made);
    if (!path_make_folders(wanted, e)) {
        run_folder_leave(out);
        return false;
    }
    /* A long training must not find out at its end that it cannot write. */
    return access(wanted, W_OK) == 0 || error_set_errno(e, "cannot write into the folder %s", wanted);
}

bool run_folder_create(const struct recipe *r, const char *device, const char *wanted, struct run_folder *out,
                       struct error *e)
{
    char runs[PATH_SIZE], dataset[SLUG_SIZE], slug[2 * SLUG_SIZE] = "";

    if (wanted)
        return create_wanted(wanted, out, e);
    make_slug(dataset, r->data.dataset);
    text_append(slug, sizeof slug, "%s-", dataset[0] ? dataset : "run");
    for (const char *c = device; *c; c++)
        if (isalnum((unsigned char)*c))
            text_append(slug, sizeof slug, "%c", *c);
    if (!path_runs(runs, e) || !path_make_folders(runs, e) || !create_numbered(runs, slug, out->path, e))
        return false;
    memcpy(out->made, out->path, sizeof out->made);
    return true;
}

/* The checkpoint first: a run without it does not go on while the rest is removed. */
const char *const run_folder_files[] = { "checkpoint.safetensors", "metrics.jsonl", "model.h5",       "best.h5",
                                         "summary.json",           "status.json",   LAYER_TIMES_FILE, RUN_NOTE_FILE,
                                         USER_COMMAND_LOG,         SUCCESSOR_LOG,   SHELTER_HOME_FILE,
                                         "recipe.ini",             NULL };

void run_folder_clean(const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;

    for (int i = 0; run_folder_files[i]; i++)
        if (path_join(path, folder, run_folder_files[i], &ignored))
            atomic_file_clean(path);
}

void run_folder_remove(const struct run_folder *folder)
{
    char path[PATH_SIZE];
    struct error ignored;

    for (int i = 0; run_folder_files[i]; i++)
        if (path_join(path, folder->path, run_folder_files[i], &ignored))
            unlink(path);
    run_folder_leave(folder);
}

void run_folder_leave(const struct run_folder *folder)
{
    char path[PATH_SIZE];

    if (!folder->made[0])
        return;
    /* From the inside out; some of them may never have been made. */
    text_copy(path, sizeof path, folder->path);
    while ((rmdir(path) == 0 || errno == ENOENT) && strcmp(path, folder->made) != 0 && to_parent(path))
        ;
}

static bool find_number(const char *runs, long number, char out[PATH_SIZE])
{
    char name[PATH_SIZE] = "";
    struct error ignored;
    long largest;
    int matches;

    return scan(runs, number, &largest, &matches, name, &ignored) && matches > 0 &&
           path_join(out, runs, name, &ignored);
}

bool run_folder_newest(char out[PATH_SIZE], struct error *e)
{
    char runs[PATH_SIZE];
    long largest;
    int ignored;

    if (!path_runs(runs, e) || !scan(runs, 0, &largest, &ignored, NULL, e))
        return false;
    return (largest > 0 && find_number(runs, largest, out) && is_run(out)) ||
           error_set(e, ERROR_INPUT, "there is no run in %s", runs);
}

/* Its own folder is gone. */
static bool is_sheltered(const char *runs, const char *name, char out[PATH_SIZE])
{
    char home[PATH_SIZE];
    struct error ignored;

    return shelter_place_find(name, out) || (path_join(home, runs, name, &ignored) && shelter_place_find(home, out));
}

bool run_folder_find(const char *name, char out[PATH_SIZE], struct error *e)
{
    char runs[PATH_SIZE];
    int64_t number;
    bool numbered = text_to_int64(name, &number) && number > 0;

    if (!path_runs(runs, e))
        return false;
    if (numbered && find_number(runs, (long)number, out))
        return is_run(out) || error_set(e, ERROR_INPUT, "%s is not the folder of a run: it has no recipe.ini", out);
    if (path_is_folder(name) && text_copy(out, PATH_SIZE, name))
        return is_run(out) || error_set(e, ERROR_INPUT, "%s is not the folder of a run: it has no recipe.ini", out);
    if (!strchr(name, '/') && path_join(out, runs, name, e) && path_is_folder(out) && is_run(out))
        return true;
    if (is_sheltered(runs, name, out))
        return true;
    return error_set(e, ERROR_INPUT, "there is no run \"%s\"; runs are in %s", name, runs);
}

const char *run_folder_known_as(const char *folder)
{
    char runs[PATH_SIZE], there[PATH_SIZE];
    struct error ignored;
    bool among_runs = path_runs(runs, &ignored) && path_join(there, runs, path_name(folder), &ignored) &&
                      strcmp(there, folder) == 0;

    return among_runs ? path_name(folder) : folder;
}
