/* NumPy's arrays: an .npz file, which begins as zip files do, else a folder of .npy files, images and labels, the same
 * for both splits. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_folder("set");
    fuzz_alias("x_train.npy", (const char *const[]){ "set/x_test.npy", NULL });
    fuzz_alias("y_train.npy", (const char *const[]){ "set/y_test.npy", NULL });
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size >= 2 && memcmp(bytes, "PK", 2) == 0) {
        fuzz_write("set.npz", bytes, size);
        fuzz_source("set.npz");
        return 0;
    }

    struct fuzz_part images = fuzz_part(&bytes, &size), labels = fuzz_part(&bytes, &size);

    fuzz_write("set/x_train.npy", images.bytes, images.size);
    fuzz_write("set/y_train.npy", labels.bytes, labels.size);
    fuzz_source("set");
    return 0;
}
