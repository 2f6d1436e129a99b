/* Recipes. One that can be read can be written and read again, and is then the same; and it makes a plan or an error.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/recipe_file.h"

static const char name[] = "recipe.ini";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

static void write_and_read_again(const struct recipe *r)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct recipe again;
    struct error e;

    FUZZ_HOLDS(out && recipe_write(r, out) && fclose(out) == 0);
    if (!recipe_parse(&again, text, name, &e)) {
        fprintf(stderr, "%s\nin\n%s\n", e.text, text);
        abort();
    }
    FUZZ_HOLDS(recipe_changes(r, &again, NULL, 0) == 0);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = malloc(size + 1);
    struct recipe r;
    struct error e;

    FUZZ_HOLDS(text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (recipe_parse(&r, text, name, &e)) {
        write_and_read_again(&r);
        plan_free(compile_recipe(&r, shape_image(12, 12, 1), 10, true, &e));
    }
    free(text);
    return 0;
}
