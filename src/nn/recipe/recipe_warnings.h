/* What a recipe says that can be done, and is hardly what was meant. No errors: it trains all the same. */
#ifndef NN_RECIPE_WARNINGS_H
#define NN_RECIPE_WARNINGS_H

#include <stdint.h>

#include "nn/recipe/recipe.h"

enum { WARNINGS_MAX = 16, WARNING_SIZE = 160 };

struct recipe_warning {
    int section; /* RECIPE_SECTION_ of the value that would have to change */
    char text[WARNING_SIZE]; /* a sentence without its end, for two rows of the smallest screen */
};

struct recipe_warnings {
    int count;
    struct recipe_warning list[WARNINGS_MAX];
};

/* What is known of the data set. */
struct recipe_images {
    uint32_t count;     /* training images, those that are held out among them; 0: unknown */
    struct shape shape; /* of each; zeroed: unknown */
};

struct recipe_warnings recipe_warnings(const struct recipe *r, const struct recipe_images *images);

/* Where validation, and so the choice of the best epoch, comes from. */
static inline const char *recipe_validated_on(const struct recipe *r)
{
    return r->data.validation > 0 ? "held-out images" : "test images";
}

#endif
