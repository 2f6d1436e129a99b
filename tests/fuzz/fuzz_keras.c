/* Keras's description of a model, the JSON in its files, as it becomes a recipe. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "run/model/keras/keras_recipe.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct keras_recipe r;
    const struct model_wish nothing = { .recipe = NULL };
    struct error e = { 0 };
    char *text = malloc(size + 1);

    FUZZ_HOLDS(text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (keras_recipe_make(text, &nothing, &r, &e))
        FUZZ_HOLDS(r.recipe.n_layers > 0 && r.recipe.n_layers <= LAYERS_MAX);
    else
        FUZZ_HOLDS(e.kind != ERROR_NONE && e.text[0]);
    keras_recipe_free(&r);
    free(text);
    return 0;
}
