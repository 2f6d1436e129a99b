/* Models as safetensors: the header, the recipe and the lists in its metadata, and the arrays. */
#include "tests/fuzz/fuzz.h"

#include "run/model/model_format.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct stored_model m;
    const struct model_wish nothing = { .recipe = NULL };
    struct error e = { 0 };

    fuzz_write("model.safetensors", bytes, size);
    if (model_format_read("model.safetensors", &nothing, &m, &e)) {
        FUZZ_HOLDS(m.header.classes > 0 && m.plan->classes == m.header.classes);
        stored_model_free(&m);
    } else {
        FUZZ_HOLDS(e.kind != ERROR_NONE && e.text[0]);
    }
    return 0;
}
