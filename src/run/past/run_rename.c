#include "run/past/run_rename.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "run/run_entry.h"

enum { NAME_MOST = 200 }; /* bytes: temporary files need some more of the system's 255 */

static bool check_name(const char *name, struct error *e)
{
    char safe[PATH_SIZE];

    text_sanitise(safe, sizeof safe, name);
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') || strcmp(safe, name) != 0)
        return error_set(e, ERROR_INPUT, "'%s' is no name for a run: it has no slash and no dot in front", safe);
    return strlen(name) <= NAME_MOST ||
           error_set(e, ERROR_INPUT, "a run's name has %d bytes at most", NAME_MOST);
}

/* Never over something that is there; where the file system cannot promise that, after a look. */
static bool move(const char *from, const char *to, struct error *e)
{
    struct stat status;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if ((errno == EINVAL || errno == ENOSYS) && lstat(to, &status) != 0 && errno == ENOENT && rename(from, to) == 0)
        return true;
    if (errno == EEXIST || lstat(to, &status) == 0)
        return error_set(e, ERROR_INPUT, "there is already a %s", path_name(to));
    return error_set_errno(e, "cannot rename %s", from);
}

bool run_rename(const char *folder, const char *name, char out[PATH_SIZE], struct error *e)
{
    char runs[PATH_SIZE];
    struct run_entry entry;
    size_t length = strlen(folder) - strlen(path_name(folder));

    if (!check_name(name, e))
        return false;
    if (run_entry_look(&entry, folder, NULL) && entry.state == RUN_TRAINS)
        return error_set(e, ERROR_INPUT, "%s trains now: it keeps its name", path_name(folder));
    text_copy(runs, sizeof runs, folder);
    runs[length > 1 ? length - 1 : length] = '\0';
    return path_join(out, length > 0 ? runs : ".", name, e) && move(folder, out, e);
}
