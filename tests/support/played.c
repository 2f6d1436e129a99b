#include "tests/support/played.h"

#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/path.h"
#include "tests/support/folder.h"

static char *path_before;

int played_begin(const char *folder)
{
    const char *path = getenv("PATH");
    char with[2 * PATH_SIZE];

    if (!path || !(path_before = strdup(path)))
        return -1;
    snprintf(with, sizeof with, "%s/bin:%s", folder, path);
    return setenv("PATH", with, 1);
}

void played_end(void)
{
    if (path_before)
        setenv("PATH", path_before, 1);
    free(path_before);
    path_before = NULL;
}

void played_program(const char *folder, const char *name, const char *script)
{
    char path[64];

    snprintf(path, sizeof path, "bin/%s", name);
    assert_int_equal(chmod(folder_put(folder, path, script), 0755), 0);
}
