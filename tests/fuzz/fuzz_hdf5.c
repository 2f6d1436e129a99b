/* HDF5 files in the layout of the lessons, and of packed images. The library itself can crash on what strangers write;
 * that a file costs no more than the process that looks at it (base/guard.h) is a part of what is tried here. So a
 * crash counts where it is in this process: in what is read after the look. */
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
