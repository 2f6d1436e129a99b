#include "data/sources/encoded_files.h"
#include "data/sources/image_list.h"

static struct source *list_open(const char *path, const struct source_wish *wish, struct error *e)
{
    struct image_tree tree;

    return image_list_read(path, &tree, e) ? encoded_files_open(&tree, source_list.name, wish, e) : NULL;
}

SOURCE_CLASS(list) = {
    .name = "list",
    .help = "images and a CSV of their paths and labels, or Places365's lists",
    .accepts = image_list_is,
    .open = list_open,
};
