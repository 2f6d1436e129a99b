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

/* Linked without its library, as in a bundle, since nodes have that by different names. */
static bool asks_for_symbols(const struct plugin_file *file, const char *reason)
{
    const char *symbol = strstr(reason, "undefined symbol: ");

    return file->providers && symbol &&
           strncmp(symbol + strlen("undefined symbol: "), file->provided, strlen(file->provided)) == 0;
}

/* " (here is …)", where the library is there with another number behind its name. */
static void append_other(const struct plugin_file *file, const char *missing, char *text, size_t size)
{
    const char *number = strstr(missing, ".so.");
    char pattern[NAME_SIZE + 8], found[PATH_SIZE];

    if (!number || !file->place)
        return;
    snprintf(pattern, sizeof pattern, "%.*s.so.[0-9]*", (int)(number - missing), missing);
    if (file->place(pattern, found))
        text_append(text, size, " (there is another version: %.160s)", found);
}

static void not_loaded(const struct plugin_file *file, const char *reason, struct error *e)
{
    char safe[256], missing[NAME_SIZE], other[PATH_SIZE] = "";

    text_sanitise(safe, sizeof safe, reason);
    if (asks_for_symbols(file, reason))
        error_set(e, ERROR_DEVICE, "%s needs %s: %s", file->file, file->providers[0], file->advice);
    else if (take_missing(file, reason, missing)) {
        append_other(file, missing, other, sizeof other);
        error_set(e, ERROR_DEVICE, "%s needs %s: %s%s", file->file, missing, file->advice, other);
    } else
        error_set(e, ERROR_DEVICE, "%s does not load: %s", file->what, safe);
}

static void *open_library(const char *path, int flags, char reason[REASON_SIZE])
{
    void *library = dlopen(path, flags);

    if (!library)
        text_copy(reason, REASON_SIZE, dlerror());
    return library;
}

static bool open_provider(const struct plugin_file *file, int flags)
{
    for (int i = 0; file->providers[i]; i++)
        if (dlopen(file->providers[i], flags))
            return true;
    return false;
}

/* A library that is loaded already is not looked for once more: it goes by its name. NULL with the reason. */
static void *open_with_needs(const struct plugin_file *file, const char *path, int flags, char reason[REASON_SIZE])
{
    char missing[NAME_SIZE], library[PATH_SIZE];
    void *plugin = open_library(path, flags, reason);

    for (int i = 0; !plugin && file->place && i < NEEDS_MOST; i++) {
        if (!take_missing(file, reason, missing) || !file->place(missing, library) ||
            !dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE))
            break;
        plugin = open_library(path, flags, reason);
    }
    if (!plugin && asks_for_symbols(file, reason) && open_provider(file, flags))
        plugin = open_library(path, flags, reason);
    return plugin;
}

const void *plugin_file_load(const struct plugin_file *file, const char *path, int flags, struct error *e)
{
    char reason[REASON_SIZE];
    void *plugin = open_with_needs(file, path, flags, reason);
    const void *found;

    if (!plugin) {
        not_loaded(file, reason, e);
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
