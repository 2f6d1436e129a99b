/* Lists of images: one to train with, one to test with and one of categories, as lines and as CSV. A few of the images
 * that the seeds name are there. */
#include "tests/fuzz/fuzz.h"

/* Of one white pixel. */
static const uint8_t png[] = { 0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',
                               'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,
                               0,    0x3a, 0x7e, 0x9b, 0x55, 0,    0,    0,    10,   'I',  'D',  'A',  'T',  0x78,
                               0x9c, 0x63, 0xf8, 0x0f, 0,    1,    1,    1,    0,    0x1b, 0xb6, 0xee, 0x56, 0,
                               0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_folder("images");
    fuzz_write("images/1.png", png, sizeof png);
    fuzz_folder("lines");
    fuzz_folder("columns");
    fuzz_alias("../images", (const char *const[]){ "lines/a", "lines/b", "columns/a", "columns/b", NULL });
    fuzz_alias("../train", (const char *const[]){ "lines/train.txt", "columns/train.csv", NULL });
    fuzz_alias("../test", (const char *const[]){ "lines/val.txt", "columns/val.csv", NULL });
    fuzz_alias("../names", (const char *const[]){ "lines/categories.txt", "columns/categories.txt", NULL });
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const files[] = { "train", "test", "names" };

    for (int i = 0; i < 3; i++) {
        struct fuzz_part part = fuzz_part(&bytes, &size);

        fuzz_write(files[i], part.bytes, part.size);
    }
    fuzz_source("lines");
    fuzz_source("columns");
    return 0;
}
