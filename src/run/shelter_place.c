#include "run/shelter_place.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/text.h"

static const char begin_of_names[] = "cuvette-";

static bool in_state(char out[PATH_SIZE], struct error *e)
{
    char state[PATH_SIZE];

    return path_state(state, e) && path_join(out, state, "kept", e);
}

static bool in_tmpdir(char out[PATH_SIZE], struct error *e)
{
    const char *folder = getenv("TMPDIR");

    return (folder && folder[0] == '/' && text_copy(out, PATH_SIZE, folder)) ||
           error_set(e, ERROR_USAGE, "TMPDIR is not the path of a folder");
}

static bool in_tmp(char out[PATH_SIZE], struct error *e)
{
    (void)e;
    return text_copy(out, PATH_SIZE, "/tmp");
}

static bool (*const places[SHELTER_PLACES])(char out[PATH_SIZE], struct error *e) = { in_state, in_tmpdir, in_tmp };

bool shelter_place_make(int place, const char *home, char out[PATH_SIZE], struct error *e)
{
    char folder[PATH_SIZE], name[PATH_SIZE];

    if (!places[place](folder, e) || !path_make_folders(folder, e))
        return false;
    snprintf(name, sizeof name, "%s%.200s-XXXXXX", begin_of_names, path_name(home));
    if (!path_join(out, folder, name, e))
        return false;
    return mkdtemp(out) || error_set_errno(e, "cannot make a folder in %s", folder);
}

/* Whoever looks for it may have another current folder. */
static bool make_absolute(const char *path, char out[PATH_SIZE], struct error *e)
{
    char current[PATH_SIZE];

    if (path[0] == '/')
        return text_copy(out, PATH_SIZE, path) || error_set(e, ERROR_INPUT, "the path %.60s… is too long", path);
    if (!getcwd(current, sizeof current))
        return error_set_errno(e, "cannot find the current folder");
    return path_join(out, current, path, e);
}

bool shelter_place_mark(const char *folder, const char *home, struct error *e)
{
    char path[PATH_SIZE], absolute[PATH_SIZE], line[PATH_SIZE + 2];

    if (!path_join(path, folder, SHELTER_HOME_FILE, e) || !make_absolute(home, absolute, e))
        return false;
    snprintf(line, sizeof line, "%s\n", absolute);
    return atomic_file_write(path, line, strlen(line), e);
}

/* Others can make files in /tmp, too. */
bool shelter_place_home(const char *folder, char home[PATH_SIZE])
{
    char path[PATH_SIZE], line[PATH_SIZE + 2];
    struct error ignored;
    uid_t owner;

    if (!path_join(path, folder, SHELTER_HOME_FILE, &ignored) || !file_read_small(path, line, sizeof line, &owner) ||
        owner != geteuid())
        return false;
    line[strcspn(line, "\n")] = '\0';
    return line[0] == '/' && text_copy(home, PATH_SIZE, line);
}

static void visit_folders(const char *place, void (*visit)(void *context, const char *folder, const char *home),
                          void *context)
{
    DIR *entries = opendir(place);
    char folder[PATH_SIZE], home[PATH_SIZE];
    struct dirent *entry;
    struct error ignored;

    while (entries && (entry = readdir(entries)))
        if (strncmp(entry->d_name, begin_of_names, strlen(begin_of_names)) == 0 &&
            path_join(folder, place, entry->d_name, &ignored) && shelter_place_home(folder, home))
            visit(context, folder, home);
    if (entries)
        closedir(entries);
}

void shelter_place_each(void (*visit)(void *context, const char *folder, const char *home), void *context)
{
    char place[SHELTER_PLACES][PATH_SIZE];
    struct error ignored;
    int n = 0;

    for (int i = 0; i < SHELTER_PLACES; i++) {
        bool other = places[i](place[n], &ignored);

        for (int j = 0; other && j < n; j++)
            other = strcmp(place[j], place[n]) != 0;
        if (other)
            visit_folders(place[n++], visit, context);
    }
}

struct search {
    char home[PATH_SIZE], found[PATH_SIZE]; /* found: "" so far */
    struct timespec made;
};

static bool is_later(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static void consider(void *search, const char *folder, const char *home)
{
    struct search *s = search;
    char path[PATH_SIZE];
    struct stat status;
    struct error ignored;

    if (strcmp(home, s->home) != 0 || !path_join(path, folder, SHELTER_HOME_FILE, &ignored) ||
        stat(path, &status) != 0 || (s->found[0] && !is_later(status.st_mtim, s->made)))
        return;
    text_copy(s->found, sizeof s->found, folder);
    s->made = status.st_mtim;
}

bool shelter_place_find(const char *home, char out[PATH_SIZE])
{
    struct search s = { .found = "" };
    struct error ignored;

    if (!make_absolute(home, s.home, &ignored))
        return false;
    shelter_place_each(consider, &s);
    return s.found[0] && text_copy(out, PATH_SIZE, s.found);
}
