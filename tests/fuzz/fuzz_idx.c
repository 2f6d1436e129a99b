/* MNIST's format: a file of images and one of labels, the same for both splits. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_folder("set");
    fuzz_alias("train-images-idx3-ubyte", (const char *const[]){ "set/t10k-images-idx3-ubyte", NULL });
    fuzz_alias("train-labels-idx1-ubyte", (const char *const[]){ "set/t10k-labels-idx1-ubyte", NULL });
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_part images = fuzz_part(&bytes, &size), labels = fuzz_part(&bytes, &size);

    fuzz_write("set/train-images-idx3-ubyte", images.bytes, images.size);
    fuzz_write("set/train-labels-idx1-ubyte", labels.bytes, labels.size);
    fuzz_source("set");
    return 0;
}
