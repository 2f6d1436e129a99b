#include "data/sources/cifar.h"

int cifar_find(const struct cifar_file *files, const uint32_t *count, enum split split, uint32_t *index)
{
    int i = 0;

    for (; files[i].split != split || *index >= count[i]; i++)
        if (files[i].split == split)
            *index -= count[i];
    return i;
}

bool cifar_has(const char *folder, const char *name)
{
    char found[PATH_SIZE];

    return path_file_in(found, folder, name);
}
