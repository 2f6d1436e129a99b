#include "run/tensorboard/event_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define BEGINNING "events.out.tfevents."
#define ENDING ".cuvette"

/* TensorBoard wants a number there; this one is before that of any clock. */
static const char exported[] = BEGINNING "0000000000.000000" ENDING;

bool event_files_live(char out[PATH_SIZE], const char *folder, struct error *e)
{
    char node[64] = "", name[160];

    if (gethostname(node, sizeof node - 1) != 0 || node[0] == '\0')
        text_copy(node, sizeof node, "node");
    snprintf(name, sizeof name, BEGINNING "%017.6f.%s" ENDING, clock_now(), node);
    return path_join(out, folder, name, e);
}

bool event_files_export(char out[PATH_SIZE], const char *folder, struct error *e)
{
    return path_join(out, folder, exported, e);
}

static bool is_ours(const char *name)
{
    return strncmp(name, BEGINNING, strlen(BEGINNING)) == 0 && path_ends_with(name, ENDING);
}

void event_files_find(const char *folder, char name[PATH_SIZE])
{
    DIR *stream = opendir(folder);
    const struct dirent *found;

    name[0] = '\0';
    while (stream && name[0] == '\0' && (found = readdir(stream)))
        if (is_ours(found->d_name) && strcmp(found->d_name, exported) != 0)
            text_copy(name, PATH_SIZE, found->d_name);
    if (stream)
        closedir(stream);
}

static bool remove_file(const char *folder, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder, name, e))
        return false;
    return unlink(path) == 0 || errno == ENOENT || error_set_errno(e, "cannot remove %s", path);
}

bool event_files_remove(const char *folder, struct error *e)
{
    DIR *stream = opendir(folder);
    const struct dirent *found;
    bool removed = true;

    while (stream && removed && (found = readdir(stream)))
        removed = !is_ours(found->d_name) || remove_file(folder, found->d_name, e);
    if (stream)
        closedir(stream);
    return removed;
}
