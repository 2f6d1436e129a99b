#include "run/past/run_delete.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "run/control.h"
#include "run/figures/figure.h"
#include "run/run_entry.h"
#include "run/run_folder.h"
#include "run/tensorboard/event_files.h"

static bool remove_file(const char *folder, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder, name, e))
        return false;
    return unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR || errno == EISDIR ||
           error_set_errno(e, "cannot remove %s", path);
}

/* What cuvette did not write keeps its folder. */
static bool remove_folder(const char *folder, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder, name, e))
        return false;
    return rmdir(path) == 0 || errno == ENOENT || errno == ENOTDIR || errno == ENOTEMPTY || errno == EEXIST ||
           error_set_errno(e, "cannot remove the folder %s", path);
}

/* In every form that they can be written in. */
static bool remove_figures(const char *folder, struct error *e)
{
    char name[96];

    for (int i = 0; i < FIGURE_COUNT; i++)
        for (int format = 0; format < PICTURE_FORMAT_COUNT; format++) {
            snprintf(name, sizeof name, "plots/%s.%s", figure_name((enum figure_position)i),
                     picture_format_names[format]);
            if (!remove_file(folder, name, e))
                return false;
        }
    return remove_folder(folder, "plots", e);
}

/* Something that is in a folder; "": nothing is. */
static void find_left(const char *folder, char left[PATH_SIZE])
{
    DIR *stream = opendir(folder);
    const struct dirent *found;

    left[0] = '\0';
    while (stream && left[0] == '\0' && (found = readdir(stream)))
        if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
            text_sanitise(left, PATH_SIZE, found->d_name);
    if (stream)
        closedir(stream);
}

bool run_delete(const char *folder, char left[PATH_SIZE], struct error *e)
{
    struct run_entry entry;

    left[0] = '\0';
    if (!run_entry_look(&entry, folder, NULL))
        return error_set(e, ERROR_INPUT, "%s is not the folder of a run", folder);
    if (entry.state == RUN_TRAINS)
        return error_set(e, ERROR_INPUT, "%s trains now: it is not deleted", path_name(folder));
    run_folder_clean(folder);
    control_clear(folder);
    for (int i = 0; run_folder_files[i]; i++)
        if (!remove_file(folder, run_folder_files[i], e))
            return false;
    if (!event_files_remove(folder, e) || !remove_folder(folder, "control", e) || !remove_figures(folder, e))
        return false;
    if (rmdir(folder) == 0)
        return true;
    find_left(folder, left);
    return left[0] != '\0' || error_set_errno(e, "cannot remove the folder %s", folder);
}
