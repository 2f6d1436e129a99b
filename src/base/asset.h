/* Files that live inside the executable: the built-in digits and the preset recipes.
 *
 * A new asset is a file under assets/ and a row in asset.c; the Makefile turns files into objects. */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stddef.h>

struct asset {
    const char *name; /* path under assets/: "digits.h5", "recipes/lenet5.ini" */
    const unsigned char *bytes;
    size_t size;
};

/* NULL when there is none of that name. */
const struct asset *asset_find(const char *name);

/* Asset by position, for listings; NULL past the end. */
const struct asset *asset_at(int position);

#endif
