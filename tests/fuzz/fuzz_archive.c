/* Archives of images, read one after another. */
#include "tests/fuzz/fuzz.h"

#include "data/pack/archive_images.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct encoded_bytes image;
    struct archive_images images;
    struct archive_image found;
    struct error e;
    bool ended = false;

    fuzz_write("archive", bytes, size);
    if (!archive_images_open(&images, "archive", &e))
        return 0;
    while (!ended) {
        image.size = 0;
        if (!archive_images_next(&images, &found, &image, &ended, &e))
            break;
    }
    FUZZ_HOLDS(archive_images_part(&images) >= 0 && archive_images_part(&images) <= 1);
    archive_images_close(&images);
    return 0;
}
