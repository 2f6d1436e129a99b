/* Models that others wrote, as HDF5 or as a zip file, behind the guard (see fuzz_hdf5.c): description, weights and what
 * becomes of them. */
#include "tests/fuzz/fuzz.h"

#include "run/model/model_format.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_forget_guards();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct stored_model m;
    const struct model_wish nothing = { .recipe = NULL };
    struct error e = { 0 };

    const char *name = size > 0 && bytes[0] == 'P' ? "model.keras" : "model.h5";

    fuzz_write(name, bytes, size);
    if (model_format_read(name, &nothing, &m, &e)) {
        FUZZ_HOLDS(m.header.classes > 0 && m.plan->classes == m.header.classes);
        stored_model_free(&m);
    } else {
        FUZZ_HOLDS(e.kind != ERROR_NONE && e.text[0]);
    }
    return 0;
}
