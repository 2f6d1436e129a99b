#include "data/sources/encoded_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

struct file_set {
    struct encoded_set base;
    struct image_tree tree;
};

static const struct image_tree *tree_of(const struct encoded_set *set)
{
    return &((const struct file_set *)set)->tree;
}

static bool read_opened(int descriptor, struct encoded_bytes *to, struct error *e)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(e, ERROR_INPUT, "it is no file");
    if (status.st_size > ENCODED_BYTES_MOST)
        return error_set(e, ERROR_INPUT, "it has %.0f MB", (double)status.st_size / 1e6);
    if (!encoded_make_room(to, (size_t)status.st_size, e))
        return false;
    return file_read_at(descriptor, to->bytes, to->size, 0) || error_set(e, ERROR_INPUT, "%s", file_reason());
}

bool encoded_files_read(const char *path, struct encoded_bytes *to, struct error *e)
{
    /* Not to wait for a pipe that took the place of a file. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (descriptor < 0)
        return error_set(e, ERROR_INPUT, "%s", strerror(errno));
    bool good = read_opened(descriptor, to, e);

    close(descriptor);
    return good;
}

static bool files_read(const struct encoded_set *set, enum split split, uint32_t index, struct encoded_bytes *to,
                       struct error *e)
{
    const struct image_tree *tree = tree_of(set);
    char path[PATH_SIZE];

    return image_tree_file(tree, split, index, path, e) && encoded_files_read(path, to, e);
}

static uint64_t files_size(const struct encoded_set *set, enum split split, uint32_t index)
{
    const struct image_tree *tree = tree_of(set);
    char path[PATH_SIZE];
    struct stat status;
    struct error ignored;

    return image_tree_file(tree, split, index, path, &ignored) && stat(path, &status) == 0 ? (uint64_t)status.st_size
                                                                                           : 0;
}

static int32_t files_label(const struct encoded_set *set, enum split split, uint32_t index)
{
    return (int32_t)tree_of(set)->images[split][index].label;
}

static void files_name(const struct encoded_set *set, enum split split, uint32_t index, char *to, size_t size)
{
    text_copy(to, size, image_tree_path(tree_of(set), split, index));
}

static void files_close(struct encoded_set *set)
{
    image_tree_free(&((struct file_set *)set)->tree);
    free(set);
}

struct source *encoded_files_open(struct image_tree *tree, const char *format, const struct source_wish *wish,
                                  struct error *e)
{
    static const struct encoded_ops ops = {
        .read = files_read, .size = files_size, .label = files_label, .name = files_name, .close = files_close
    };
    struct file_set *s = memory_new(1, sizeof *s, e);

    if (!s) {
        image_tree_free(tree);
        return NULL;
    }
    s->tree = *tree;
    s->base = (struct encoded_set){
        .ops = &ops,
        .path = s->tree.root,
        .info = { .format = format,
                  .count = { tree->count[SPLIT_TRAIN], tree->count[SPLIT_TEST] },
                  .classes = tree->classes,
                  .class_names = tree->class_names },
    };
    text_copy(s->base.info.name, sizeof s->base.info.name, tree->name);
    *tree = (struct image_tree){ .text = NULL };
    return encoded_open(&s->base, wish, e);
}
