#include "base/environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_replaced(const char *variable, const char *const *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(variable, settings[i], strcspn(settings[i], "=") + 1) == 0)
            return true;
    return false;
}

char **environment_with(const char *const *settings, size_t count)
{
    size_t others = 0, kept = count;

    while (environ[others])
        others++;

    char **made = calloc(count + others + 1, sizeof *made);

    if (!made)
        return NULL;
    memcpy(made, settings, count * sizeof *made);
    for (size_t i = 0; i < others; i++)
        if (!is_replaced(environ[i], settings, count))
            made[kept++] = environ[i];
    return made;
}
