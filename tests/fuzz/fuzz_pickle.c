/* CIFAR's "python version": a pickle of images, the same for all batches, and one of names. */
#include "tests/fuzz/fuzz.h"

static const char *const image_files[] = {
    "ten/data_batch_1", "ten/data_batch_2", "ten/data_batch_3",
    "ten/data_batch_4", "ten/data_batch_5", "ten/test_batch",
    "hundred/train",    "hundred/test",     NULL,
};
static const char *const name_files[] = { "ten/batches.meta", "hundred/meta", NULL };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_batches_begin(image_files, name_files);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_batches(bytes, size);
    return 0;
}
