/* Files of packed images: HDF5 behind the guard (see fuzz_hdf5.c), then offsets, lengths and what lies there. */
#include "tests/fuzz/fuzz.h"

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
    fuzz_write("set.h5", bytes, size);
    fuzz_source("set.h5");
    return 0;
}
