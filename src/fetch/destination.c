#include "fetch/destination.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_space.h"
#include "base/text.h"
#include "fetch/workplace.h"

static const uint64_t large = 1 << 30; /* for a home folder whose quota is not known */

static bool absolute(char out[PATH_SIZE], const char *path, struct error *e)
{
    char here[PATH_SIZE];

    if (path[0] == '/')
        return text_copy(out, PATH_SIZE, path);
    if (!getcwd(here, sizeof here))
        return error_set_errno(e, "cannot tell which folder this is");
    return path_join(out, here, path, e);
}

static bool same_folder(const char *a, const char *b)
{
    struct stat first, second;

    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_ino == second.st_ino &&
           first.st_dev == second.st_dev;
}

bool destination_find(struct destination *p, const char *name, const char *to, struct error *e)
{
    char known[PATH_SIZE], typed[PATH_SIZE];

    if (!(offer_is_weights(name) ? path_weights(typed, e) : path_datasets(typed, e)) || !absolute(known, typed, e))
        return false;
    text_copy(p->folder, sizeof p->folder, known);
    if (to && !(path_typed(typed, to, e) && absolute(p->folder, typed, e)))
        return false;
    if (same_folder(p->folder, known))
        text_copy(p->folder, sizeof p->folder, known);
    return path_join(p->path, p->folder, path_name(name), e) && path_join(p->known, known, path_name(name), e);
}

bool destination_is_link(const struct destination *p)
{
    return strcmp(p->path, p->known) != 0;
}

/* Of a file that is whole, or has begun to come. */
static uint64_t file_here(const char *work, const char *name)
{
    char path[PATH_SIZE], part[PATH_SIZE];
    struct error ignored;
    struct stat status;

    if (!path_join(path, work, name, &ignored))
        return 0;
    snprintf(part, sizeof part, "%.1000s.part", path);
    return stat(path, &status) == 0 || stat(part, &status) == 0 ? (uint64_t)status.st_size : 0;
}

uint64_t destination_here(const struct destination *p, const struct offer *o)
{
    char work[PATH_SIZE];
    struct error ignored;
    uint64_t bytes = 0;

    if (!workplace_path(work, p->folder, o->name, &ignored))
        return 0;
    for (int i = 0; i < o->n_files; i++)
        bytes += file_here(work, o->files[i].name);
    return bytes;
}

/* Archives and what they hold are there at the same time. */
static uint64_t bytes_needed(const struct destination *p, const struct offer *o)
{
    uint64_t here = destination_here(p, o), all = offer_bytes(o);

    return (here < all ? all - here : 0) + (o->unpack ? o->unpacked : 0);
}

/* NULL: there is none, or it is of the home's file system. *variable: its name. */
static const char *find_scratch(const char *home, const char **variable)
{
    static const char *const names[] = { "SCRATCH", "PSCRATCH", "WORK", "SCRATCHDIR", "GLOBALSCRATCH", "WORKDIR" };
    struct stat of_home, of_folder;

    if (stat(home, &of_home) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *folder = getenv(names[i]);

        if (folder && folder[0] == '/' && stat(folder, &of_folder) == 0 && S_ISDIR(of_folder.st_mode) &&
            of_folder.st_dev != of_home.st_dev) {
            *variable = names[i];
            return folder;
        }
    }
    return NULL;
}

/* "; $SCRATCH is /scratch/me: cuvette data fetch NAME --to /scratch/me" */
static void append_scratch(const struct destination *p, const struct offer *o, char *out, size_t size)
{
    const char *home = getenv("HOME"), *variable, *scratch = home ? find_scratch(home, &variable) : NULL;

    if (scratch && !path_is_below(p->folder, scratch))
        text_append(out, size, ", such as $%s: cuvette data fetch %s --to %.150s", variable, o->name, scratch);
}

bool destination_check(const struct destination *p, const struct offer *o, struct error *e)
{
    struct disk_space space;
    struct error ignored;
    char needed[16], there[16];
    const uint64_t bytes = bytes_needed(p, o);

    if (!disk_space_nearest(p->folder, &space, &ignored))
        return true; /* the first write will tell */
    if (bytes <= disk_space_left(&space))
        return true;
    text_bytes(needed, sizeof needed, bytes);
    text_bytes(there, sizeof there, disk_space_left(&space));
    error_set(e, ERROR_IO, "%s needs %s in %.150s, where %s %s; --to DIR puts it elsewhere", o->name, needed, p->folder,
              disk_space_by_quota(&space) ? "your quota leaves" : "there is room for", there);
    append_scratch(p, o, e->text, sizeof e->text);
    return false;
}

void destination_advise(const struct destination *p, const struct offer *o, char *out, size_t size)
{
    const char *home = getenv("HOME"), *variable;
    const uint64_t bytes = bytes_needed(p, o);
    struct disk_space space = { .has_quota = false };
    struct error ignored;
    char needed[16];

    out[0] = '\0';
    if (!home || !path_is_below(p->folder, home) || !find_scratch(home, &variable))
        return;
    disk_space_nearest(p->folder, &space, &ignored);
    if (space.has_quota ? bytes <= space.quota_left / 10 : bytes < large)
        return;
    text_bytes(needed, sizeof needed, bytes);
    text_append(out, size, "%s needs %s, and would lie in your home folder; --to DIR puts it elsewhere", o->name,
                needed);
    append_scratch(p, o, out, size);
}

void destination_command(const struct destination *p, const struct offer *o, char *out, size_t size)
{
    out[0] = '\0';
    text_append(out, size, "cuvette data fetch %s", o->name);
    if (destination_is_link(p))
        text_append(out, size, " --to %s", p->folder);
}
