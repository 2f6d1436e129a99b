/* MATLAB's files of level 5, as SVHN's digits come in them: the same for both splits. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_folder("set");
    fuzz_alias("train_32x32.mat", (const char *const[]){ "set/test_32x32.mat", NULL });
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_write("set/train_32x32.mat", bytes, size);
    fuzz_source("set");
    return 0;
}
