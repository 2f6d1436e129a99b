/* Images in files of their own (image_tree.h), decoded whenever they are read (encoded.h). */
#ifndef DATA_ENCODED_FILES_H
#define DATA_ENCODED_FILES_H

#include "data/sources/encoded.h"
#include "data/sources/image_tree.h"

/* A source of the tree's images; `format` is the name of its class. Takes the tree. NULL with an error; source_close()
 * it. */
struct source *encoded_files_open(struct image_tree *tree, const char *format, const struct source_wish *wish,
                                  struct error *e);

/* The bytes of one file. False with an error that does not name it. */
bool encoded_files_read(const char *path, struct encoded_bytes *to, struct error *e);

#endif
