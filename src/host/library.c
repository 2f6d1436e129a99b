#include "host/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* One that is there and only not loaded has no reason. */
static void keep_reason(struct library *l)
{
    const char *reason = dlerror();

    text_copy(l->reason, sizeof l->reason, reason ? reason : "");
}

static bool load(struct library *l, const char *const names[], int flags)
{
    struct link_map *map = NULL;

    *l = (struct library){ .handle = NULL };
    for (int i = 0; names[i] && !l->handle; i++) {
        l->handle = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL | flags);
        if (!l->handle && !l->reason[0])
            keep_reason(l);
    }
    if (!l->handle)
        return false;
    if (dlinfo(l->handle, RTLD_DI_LINKMAP, &map) != 0 || !text_copy(l->path, sizeof l->path, map->l_name))
        l->path[0] = '\0';
    return true;
}

bool library_load(struct library *l, const char *const names[])
{
    return load(l, names, 0);
}

bool library_is_loaded(struct library *l, const char *const names[])
{
    return load(l, names, RTLD_NOLOAD);
}

void library_of(const void *function, char out[PATH_SIZE])
{
    Dl_info info, own;

    text_copy(out, PATH_SIZE, "built in");
    if (dladdr(function, &info) != 0 && dladdr((const void *)library_of, &own) != 0 && info.dli_fbase != own.dli_fbase)
        text_copy(out, PATH_SIZE, info.dli_fname);
}

bool library_finds_program(const char *name, char out[PATH_SIZE])
{
    const char *path = getenv("PATH");
    char folders[8192];
    struct error ignored;

    text_copy(folders, sizeof folders, path ? path : "");
    for (char *rest = folders, *folder; (folder = strsep(&rest, ":"));)
        if (folder[0] == '/' && path_join(out, folder, name, &ignored) && access(out, X_OK) == 0)
            return true;
    return false;
}
