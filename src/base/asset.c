#include "base/asset.h"

#include <pthread.h>
#include <string.h>

/* X(symbol, name): the symbol is the name with '_' for every character but letters and digits. */
#define ASSETS(X) \
    X(digits_h5, "digits.h5") \
    X(recipes_mnist_mlp_ini, "recipes/mnist-mlp.ini") \
    X(recipes_mnist_cnn_ini, "recipes/mnist-cnn.ini") \
    X(recipes_lenet5_ini, "recipes/lenet5.ini") \
    X(recipes_cifar10_lesson_ini, "recipes/cifar10-lesson.ini") \
    X(recipes_places365_workshop_ini, "recipes/places365-workshop.ini") \
    X(recipes_resnet20_ini, "recipes/resnet20.ini")

/* `ld -r -b binary` gives these names to the ends of a file's bytes. */
#define DECLARE(symbol, name) extern const unsigned char _binary_##symbol##_start[], _binary_##symbol##_end[];
ASSETS(DECLARE)
#undef DECLARE

static const struct {
    const char *name;
    const unsigned char *start, *end;
} embedded[] = {
#define ROW(symbol, name) { name, _binary_##symbol##_start, _binary_##symbol##_end },
    ASSETS(ROW)
#undef ROW
        { NULL },
};

enum { ASSET_COUNT = sizeof embedded / sizeof *embedded - 1 };

/* The difference of two symbols is no constant expression: so sizes are computed at the first call. */
static struct asset assets[ASSET_COUNT + 1];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static void fill(void)
{
    for (int i = 0; i < ASSET_COUNT; i++) {
        assets[i].name = embedded[i].name;
        assets[i].bytes = embedded[i].start;
        assets[i].size = (size_t)(embedded[i].end - embedded[i].start);
    }
}

const struct asset *asset_at(int position)
{
    pthread_once(&filled, fill);
    return position >= 0 && position < ASSET_COUNT ? &assets[position] : NULL;
}

const struct asset *asset_find(const char *name)
{
    const struct asset *a;

    for (int i = 0; (a = asset_at(i)); i++)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}
