#include "run/plugin_file.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/program.h"
#include "base/text.h"

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

/* The message of dlopen() begins with the file that is missing or wrong. */
static bool not_loaded(const struct plugin_file *file, const char *reason, struct error *e)
{
    static const char missing[] = ": cannot open shared object file";
    const char *end = strstr(reason, missing);
    char safe[256];

    text_sanitise(safe, sizeof safe, reason);
    if (end && strncmp(reason, file->needs, strlen(file->needs)) == 0)
        return error_set(e, ERROR_DEVICE, "%s needs %.*s: %s", file->file, (int)(end - reason), reason, file->advice);
    return error_set(e, ERROR_DEVICE, "%s does not load: %s", file->what, safe);
}

const void *plugin_file_load(const struct plugin_file *file, const char *path, int flags, struct error *e)
{
    void *plugin = dlopen(path, flags);
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
