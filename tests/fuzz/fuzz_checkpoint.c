/* The snapshot of its training that a run's folder holds: safetensors, and the numbers in their metadata. */
#include "tests/fuzz/fuzz.h"

#include "run/checkpoint.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct snapshot s;
    struct error e;

    fuzz_write("checkpoint.safetensors", bytes, size);
    if (checkpoint_read(".", &s, &e))
        snapshot_free(&s);
    return 0;
}
