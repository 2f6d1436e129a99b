/* The metrics of a run. */
#include "tests/fuzz/fuzz.h"

#include "run/metrics.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct metrics_curves curves;
    struct error e;

    fuzz_write("metrics.jsonl", bytes, size);
    if (metrics_read("metrics.jsonl", NULL, &curves, &e))
        FUZZ_HOLDS(curves.n_steps + curves.n_epochs <= size);
    metrics_read_free(&curves);
    return 0;
}
