/* The binary versions of CIFAR-10 and CIFAR-100: a file of images, the same for all batches, and one of names. */
#include "tests/fuzz/fuzz.h"

static const char *const image_files[] = {
    "ten/data_batch_1.bin", "ten/data_batch_2.bin", "ten/data_batch_3.bin",
    "ten/data_batch_4.bin", "ten/data_batch_5.bin", "ten/test_batch.bin",
    "hundred/train.bin",    "hundred/test.bin",     NULL,
};
static const char *const name_files[] = { "ten/batches.meta.txt", "hundred/fine_label_names.txt", NULL };

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
