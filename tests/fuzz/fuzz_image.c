/* JPEG and PNG files, loaded in each way of fitting them. Large ones are only measured: decoding them takes as long as
 * it takes. */
#include "tests/fuzz/fuzz.h"

#include "data/images/image_load.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct image_wanted wanted[] = { { 8, 8, 3, IMAGE_CROP },
                                                  { 5, 9, 1, IMAGE_STRETCH },
                                                  { 16, 12, 3, IMAGE_PAD } };
    static struct image_scratch scratch;
    const int64_t pixels_most = 1 << 20;
    struct image_size measured;
    struct error e;

    if (!image_measure(bytes, size, &measured, &e))
        return 0;
    FUZZ_HOLDS(measured.height > 0 && measured.width > 0 &&
               (int64_t)measured.height * measured.width <= IMAGE_PIXELS_MOST);
    if ((int64_t)measured.height * measured.width > pixels_most)
        return 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct image_wanted *w = &wanted[i];
        uint8_t *pixels = malloc((size_t)(w->height * w->width * w->channels));

        FUZZ_HOLDS(pixels);
        image_load(bytes, size, w, NULL, pixels, &scratch, &e);
        free(pixels);
    }
    return 0;
}
