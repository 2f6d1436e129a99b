#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

static bool too_long(const char *path, struct error *e)
{
    return error_set(e, ERROR_INPUT, "the path %.60s… is longer than %d bytes", path, PATH_SIZE - 1);
}

bool path_join(char out[PATH_SIZE], const char *folder, const char *name, struct error *e)
{
    size_t length = strlen(folder);
    const char *slash = length && folder[length - 1] == '/' ? "" : "/";

    if (snprintf(out, PATH_SIZE, "%s%s%s", folder, slash, name) >= PATH_SIZE)
        return too_long(folder, e);
    return true;
}

static bool has_mode(const char *path, mode_t mode)
{
    struct stat status;

    return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == mode;
}

bool path_is_folder(const char *path)
{
    return has_mode(path, S_IFDIR);
}

bool path_is_file(const char *path)
{
    return has_mode(path, S_IFREG);
}

bool path_file_in(char out[PATH_SIZE], const char *folder, const char *name)
{
    struct error ignored;

    return path_join(out, folder, name, &ignored) && path_is_file(out);
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool path_ends_with(const char *path, const char *suffix)
{
    size_t length = strlen(path), end = strlen(suffix);

    return length >= end && strcmp(path + length - end, suffix) == 0;
}

bool path_is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    return length > 1 && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool make_folder(const char *path, struct error *e)
{
    if (path_is_folder(path) || mkdir(path, 0777) == 0)
        return true;
    /* Another process may have made it in between. */
    if (errno == EEXIST && path_is_folder(path))
        return true;
    return error_set_errno(e, "cannot make the folder %s", path);
}

bool path_make_folders(const char *path, struct error *e)
{
    char part[PATH_SIZE];

    if (!text_copy(part, sizeof part, path))
        return too_long(path, e);
    for (char *slash = strchr(part + (part[0] == '/'), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!make_folder(part, e))
            return false;
        *slash = '/';
    }
    return make_folder(path, e);
}

/* An empty variable counts as unset. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static bool no_folder(struct error *e)
{
    return error_set(e, ERROR_USAGE, "there is no folder for data sets and runs: set CUVETTE_HOME to one");
}

/* The user's own folder of a kind, by the XDG specification, which says that relative paths are to be ignored. */
static bool user_folder(char out[PATH_SIZE], const char *xdg_variable, const char *otherwise, struct error *e)
{
    const char *folder = variable(xdg_variable), *user = variable("HOME");

    if (folder && folder[0] == '/')
        return path_join(out, folder, "cuvette", e);
    return user ? path_join(out, user, otherwise, e) : no_folder(e);
}

static bool home(char out[PATH_SIZE], struct error *e)
{
    const char *own = variable("CUVETTE_HOME");

    if (own)
        return text_copy(out, PATH_SIZE, own) || too_long(own, e);
    return user_folder(out, "XDG_DATA_HOME", ".local/share/cuvette", e);
}

static bool folder_of(char out[PATH_SIZE], const char *own_variable, const char *name, struct error *e)
{
    const char *own = variable(own_variable);
    char folder[PATH_SIZE];

    if (own)
        return text_copy(out, PATH_SIZE, own) || too_long(own, e);
    return home(folder, e) && path_join(out, folder, name, e);
}

bool path_weights(char out[PATH_SIZE], struct error *e)
{
    return folder_of(out, "CUVETTE_WEIGHTS", "weights", e);
}

bool path_datasets(char out[PATH_SIZE], struct error *e)
{
    return folder_of(out, "CUVETTE_DATA", "datasets", e);
}

bool path_runs(char out[PATH_SIZE], struct error *e)
{
    return folder_of(out, "CUVETTE_RUNS", "runs", e);
}

bool path_state(char out[PATH_SIZE], struct error *e)
{
    const char *own = variable("CUVETTE_HOME");

    return own ? path_join(out, own, "state", e) : user_folder(out, "XDG_STATE_HOME", ".local/state/cuvette", e);
}

bool path_config(char out[PATH_SIZE], struct error *e)
{
    const char *own = variable("CUVETTE_HOME");

    return own ? path_join(out, own, "config", e) : user_folder(out, "XDG_CONFIG_HOME", ".config/cuvette", e);
}

bool path_cache(char out[PATH_SIZE], struct error *e)
{
    const char *own = variable("CUVETTE_HOME");

    return own ? path_join(out, own, "cache", e) : user_folder(out, "XDG_CACHE_HOME", ".cache/cuvette", e);
}

bool path_typed(char out[PATH_SIZE], const char *typed, struct error *e)
{
    const char *user = variable("HOME");

    if (!user || typed[0] != '~' || (typed[1] != '/' && typed[1] != '\0'))
        return text_copy(out, PATH_SIZE, typed) || too_long(typed, e);
    return path_join(out, user, typed[1] ? typed + 2 : "", e);
}
