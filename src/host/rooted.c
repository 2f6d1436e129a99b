#include "host/rooted.h"

#include <stddef.h>
#include <unistd.h>

#include "base/path.h"

static bool join(char out[PATH_SIZE], const char *root, const char *path)
{
    int length = snprintf(out, PATH_SIZE, "%s%s", root, path);

    return length > 0 && length < PATH_SIZE;
}

FILE *rooted_open(const char *root, const char *path)
{
    char whole[PATH_SIZE];

    return join(whole, root, path) ? fopen(whole, "re") : NULL;
}

bool rooted_exists(const char *root, const char *path)
{
    char whole[PATH_SIZE];

    return join(whole, root, path) && access(whole, F_OK) == 0;
}
