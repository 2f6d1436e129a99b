/* Which images a set of image files has, and of which class and split each is; where they come from is its readers'
 * business (image_folders.h, image_list.h). */
#ifndef DATA_IMAGE_TREE_H
#define DATA_IMAGE_TREE_H

#include <sys/stat.h>

#include "data/sources/source.h"

struct image_entry {
    uint32_t path; /* below the root, or a whole one: a place in `text` */
    uint32_t label;
};

/* A folder that was listed, and how it was then: a name that comes or goes changes its time. */
struct image_folder {
    uint32_t path; /* below the root: a place in `text` */
    uint32_t nanoseconds;
    int64_t seconds;
    uint64_t inode;
};

struct image_tree {
    char name[64]; /* for titles; the root's */
    char root[PATH_SIZE];
    char *text; /* paths, each with a zero at its end */
    size_t used, room;
    struct image_entry *images[SPLIT_COUNT];
    uint32_t count[SPLIT_COUNT], images_room[SPLIT_COUNT];
    char (*class_names)[CLASS_NAME_SIZE]; /* [classes] */
    uint32_t *class_places;               /* their whole names, as places in `text` */
    int classes;
    struct image_folder *folders; /* [n_folders] */
    uint32_t n_folders, folders_room;
};

/* What people call the folder of a split's images; the first that is there counts. Each list ends with NULL. */
enum { IMAGE_TREE_FOLDERS = 5 };
extern const char *const image_tree_split_folders[SPLIT_COUNT][IMAGE_TREE_FOLDERS];

/* An empty one. False with an error and nothing to free; else image_tree_free() it. */
bool image_tree_begin(struct image_tree *t, const char *root, struct error *e);
void image_tree_free(struct image_tree *t);

/* A class by its whole name; -1: there is none. A new one has the number `classes`. */
int image_tree_find_class(const struct image_tree *t, const char *name);
bool image_tree_add_class(struct image_tree *t, const char *name, struct error *e);

/* The label may be that of a class that is added after it. */
bool image_tree_add_image(struct image_tree *t, enum split split, uint32_t label, const char *path, struct error *e);

/* A folder that is about to be listed, as it is now; its path is below the root. */
bool image_tree_add_folder(struct image_tree *t, const char *path, const struct stat *now, struct error *e);

/* Moves a tenth of each class from training to testing, chosen by the images' paths alone, so that one that is added
 * moves no other. Every class keeps an image to train with. */
bool image_tree_set_apart(struct image_tree *t, struct error *e);

/* Images in the order of their classes, and in a class of their paths. */
void image_tree_sort(struct image_tree *t);

/* The path of an image below the root, or a whole one. */
const char *image_tree_path(const struct image_tree *t, enum split split, uint32_t index);

/* The path of its file. */
bool image_tree_file(const struct image_tree *t, enum split split, uint32_t index, char out[PATH_SIZE],
                     struct error *e);

#endif
