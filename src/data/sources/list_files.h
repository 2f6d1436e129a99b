/* Which files make a set of lists: those to train and to test with, and the names of the classes. */
#ifndef DATA_LIST_FILES_H
#define DATA_LIST_FILES_H

#include "base/path.h"

struct list_files {
    char train[PATH_SIZE];
    char test[PATH_SIZE];       /* "": there is none */
    char categories[PATH_SIZE]; /* the same */
    bool may_lack_labels;       /* the list to test with may be one of a competition */
};

/* `path` is a list to train with, or a folder that has one of a usual name. False with an error: it has none. */
bool list_files_find(const char *path, struct list_files *out, struct error *e);

/* The folder that a list lies in; of a folder itself. */
bool list_files_root(const char *path, char out[PATH_SIZE], struct error *e);

#endif
