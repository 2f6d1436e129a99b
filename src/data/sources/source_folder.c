#include "data/sources/encoded_files.h"
#include "data/sources/image_folders.h"

static struct source *folder_open(const char *path, const struct source_wish *wish, struct error *e)
{
    struct image_tree tree;

    return image_folders_read(path, wish, &tree, e) ? encoded_files_open(&tree, source_folder.name, wish, e) : NULL;
}

SOURCE_CLASS(folder) = {
    .name = "folder",
    .help = "a folder that has a folder of JPEG or PNG files for each class",
    .accepts = image_folders_are,
    .open = folder_open,
};
