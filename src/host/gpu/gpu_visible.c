#include "host/gpu/gpu_visible.h"

#include <stdlib.h>
#include <string.h>

static bool is_number(const char *word, size_t length)
{
    return length > 0 && strspn(word, "0123456789") >= length;
}

static bool is_uuid(const char *word, size_t length)
{
    return length > 4 && (strncmp(word, "GPU-", 4) == 0 || strncmp(word, "MIG-", 4) == 0);
}

bool gpu_visible(const char *list, int index, const char *uuid)
{
    if (!list)
        return true;
    while (*list != '\0') {
        list += strspn(list, " ");
        size_t length = strcspn(list, ", ");

        if (is_number(list, length) ? strtol(list, NULL, 10) == index
                                    : is_uuid(list, length) && strncmp(uuid, list, length) == 0)
            return true;
        if (!is_number(list, length) && !is_uuid(list, length))
            return false;
        list += length;
        list += strspn(list, " ,");
    }
    return false;
}
