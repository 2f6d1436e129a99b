#include "tests/support/check.h"

#include "tests/support/toy_data.h"

#include "base/random.h"
#include "data/sources/source_memory.h"

static void draw(uint8_t *image, int class, uint64_t number)
{
    for (int i = 0; i < TOY_SIZE * TOY_SIZE; i++) {
        struct random_words w = random_block(7, RANDOM_AUGMENT, 0, (uint32_t)i, number);
        int quadrant = i / TOY_SIZE / (TOY_SIZE / 2) * 2 + i % TOY_SIZE / (TOY_SIZE / 2);

        image[i] = (uint8_t)(w.word[0] % 100 + (quadrant == class ? 120 : 0));
    }
}

struct source *toy_data(uint32_t train, uint32_t test, bool honest)
{
    struct dataset_info info = { .name = "toy",
                                 .format = "memory",
                                 .count = { train, test },
                                 .height = TOY_SIZE,
                                 .width = TOY_SIZE,
                                 .channels = 1,
                                 .classes = TOY_CLASSES,
                                 .in_memory = true };
    struct error e = { 0 };
    struct source *s = source_memory_new(&info, &e);

    assert_good(s != NULL, e);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (uint32_t i = 0; i < info.count[split]; i++) {
            uint8_t *image = source_memory_images(s, (enum split)split) + (size_t)i * TOY_SIZE * TOY_SIZE;
            int class = (int)(i % TOY_CLASSES);

            draw(image, class, i + (uint64_t)split * 1000000);
            source_memory_labels(s, (enum split)split)[i] = (class + (split == SPLIT_TEST && !honest)) % TOY_CLASSES;
        }
    return s;
}
