#include "run/plugin_file.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/program.h"
#include "base/text.h"

enum { NAME_SIZE = 128, REASON_SIZE = 1024, NEEDS_MOST = 4 };

static bool find_installed(const struct plugin_file *file, char out[PATH_SIZE], struct error *e)
{
    static const char *const places[] = { "", "../lib/cuvette/" };
    char name[128];

    for (int n = 0; file->names[n]; n++)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            snprintf(name, sizeof name, "%s%s", places[i], file->names[n]);
            if (program_beside(out, name) && path_is_file(out))
                return true;
        }
    return error_set(e, ERROR_DEVICE, "%s", file->missing);
}

bool plugin_file_find(const struct plugin_file *file, char out[PATH_SIZE], struct error *e)
{
    const char *chosen = getenv(file->variable);

    if (!chosen || !*chosen)
        return find_installed(file, out, e);
    if (chosen[0] != '/')
        return error_set(e, ERROR_DEVICE, "%s is not a full path", file->variable);
    if (!text_copy(out, PATH_SIZE, chosen) || !path_is_file(out))
        return error_set(e, ERROR_DEVICE, "%s names no file: %.120s", file->variable, chosen);
    return true;
}

/* The library that a plug-in needs and the loader does not find, from the message of dlopen(), which begins with it. */
static bool take_missing(const struct plugin_file *file, const char *reason, char out[NAME_SIZE])
{
    const char *end = strstr(reason, ": cannot open shared object file");
    size_t length = end ? (size_t)(end - reason) : 0;

    if (length == 0 || length >= NAME_SIZE || strncmp(reason, file->needs, strlen(file->needs)) != 0)
        return false;
    memcpy(out, reason, length);
    out[length] = '\0';
    return !strchr(out, '/');
}

static void not_loaded(const struct plugin_file *file, const char *reason, struct error *e)
{
    char safe[256], missing[NAME_SIZE];

    text_sanitise(safe, sizeof safe, reason);
    if (take_missing(file, reason, missing))
        error_set(e, ERROR_DEVICE, "%s needs %s: %s", file->file, missing, file->advice);
    else
        error_set(e, ERROR_DEVICE, "%s does not load: %s", file->what, safe);
}

/* A library that is loaded already is not looked for once more: it goes by its name. NULL where dlerror() says why. */
static void *open_with_needs(const struct plugin_file *file, const char *path, int flags)
{
    char missing[NAME_SIZE], reason[REASON_SIZE], library[PATH_SIZE];
    void *plugin = dlopen(path, flags);

    for (int i = 0; !plugin && file->place && i < NEEDS_MOST; i++) {
        text_copy(reason, sizeof reason, dlerror());
        bool placed = take_missing(file, reason, missing) && file->place(missing, library) &&
                      dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

        plugin = dlopen(path, flags);
        if (!placed)
            break;
    }
    return plugin;
}

const void *plugin_file_load(const struct plugin_file *file, const char *path, int flags, struct error *e)
{
    void *plugin = open_with_needs(file, path, flags);
    const void *found;

    if (!plugin) {
        not_loaded(file, dlerror(), e);
        return NULL;
    }
    found = dlsym(plugin, file->symbol);
    if (!found)
        error_set(e, ERROR_DEVICE, "%.160s is not a plug-in of cuvette", path);
    return found;
}

bool plugin_file_other_version(const char *path, struct error *e)
{
    return error_set(e, ERROR_DEVICE, "%.120s is of another version of cuvette: install both together", path);
}
