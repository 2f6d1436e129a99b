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
    fuzz_begin();
    fuzz_folder("ten");
    fuzz_folder("hundred");
    fuzz_alias("../images", image_files);
    fuzz_alias("../names", name_files);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_part names = fuzz_part(&bytes, &size);

    fuzz_write("names", names.bytes, names.size);
    fuzz_write("images", bytes, size);
    fuzz_source("ten");
    fuzz_source("hundred");
    return 0;
}
