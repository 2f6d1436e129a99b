/* Images of one size that become another, other colours, or random parts of them. */
#include "tests/support/check.h"

#include <string.h>

#include "data/loader.h"
#include "data/sources/source_memory.h"
#include "data/sources/source_scaled.h"
#include "tests/support/data_files.h"

enum { TRAIN = 61, TEST = 7, SIDE = 12, CHANNELS = 3, IMAGE = SIDE * SIDE * CHANNELS };

static struct source *originals(void)
{
    return data_memory(TRAIN, TEST, SIDE, SIDE, CHANNELS, 10);
}

static struct source *open_well(struct source_wish wish)
{
    struct error e = { 0 };
    struct source *s = source_scaled_open(originals(), &wish, &e);

    assert_good(s, e);
    return s;
}

static void test_without_a_wish_it_stays_as_it_is(void **state)
{
    static const struct source_wish wishes[] = { { 0 }, { .size = SIDE }, { .channels = CHANNELS } };
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        struct source *from = originals();

        assert_ptr_equal(source_scaled_open(from, &wishes[i], &e), from);
        source_close(from);
    }
}

static void test_size_and_colours_are_as_wished(void **state)
{
    struct source *s = open_well((struct source_wish){ .size = SIDE / 2, .channels = 1 });
    struct dataset_info info;
    struct error e = { 0 };
    uint8_t image[2][SIDE * SIDE / 4];
    int32_t labels[2], all[TRAIN];
    const uint32_t index[] = { 5, 60 };
    (void)state;

    source_describe(s, &info);
    assert_int_equal(info.height, SIDE / 2);
    assert_int_equal(info.width, SIDE / 2);
    assert_int_equal(info.channels, 1);
    assert_true(info.made && !info.anew && info.in_memory);
    assert_good(source_read(s, SPLIT_TRAIN, index, 2, image[0], labels, &e), e);
    assert_int_equal(labels[1], data_label(SPLIT_TRAIN, 60, 10));
    assert_good(source_labels(s, SPLIT_TRAIN, all, NULL, NULL, &e), e);
    assert_int_equal(all[60], labels[1]);

    /* In the middle of the image a pixel is a mean of those around it, and grey a mean of colours. */
    double sum = 0, expected = 0;

    for (int i = 0; i < SIDE * SIDE / 4; i++)
        sum += image[0][i];
    for (size_t i = 0; i < SIDE * SIDE; i++)
        expected += 0.299 * data_pixel(SPLIT_TRAIN, 5, 3 * i) + 0.587 * data_pixel(SPLIT_TRAIN, 5, 3 * i + 1) +
                    0.114 * data_pixel(SPLIT_TRAIN, 5, 3 * i + 2);
    assert_float_equal(sum / (SIDE * SIDE / 4), expected / (SIDE * SIDE), 12);
    source_close(s);
}

/* Two epochs, one image after another. */
static void load_epochs(struct source *s, uint8_t *pixels)
{
    const struct loader_options o = {
        .subset = SUBSET_TRAIN, .batch = 10, .seed = 3, .cropped = true, .shuffle = true, .memory = 8 * IMAGE
    };
    struct error e = { 0 };
    struct loader *l = loader_open(s, &o, &e);
    const struct batch *b;

    assert_good(l, e);
    for (uint32_t epoch = 1; epoch <= 2; epoch++) {
        assert_good(loader_start(l, epoch, 0, &e), e);
        while ((b = loader_next(l, &e)))
            for (int i = 0; i < b->count; i++)
                memcpy(pixels + ((epoch - 1) * TRAIN + b->index[i]) * IMAGE, b->images + (size_t)i * IMAGE, IMAGE);
        assert_int_equal(e.kind, ERROR_NONE);
    }
    loader_close(l);
}

static void test_random_parts_depend_on_the_epoch_and_on_nothing_else(void **state)
{
    static uint8_t first[2 * TRAIN * IMAGE], again[sizeof first];
    struct source *s = open_well((struct source_wish){ .cropped = true });
    struct dataset_info info;
    int same = 0;
    (void)state;

    source_describe(s, &info);
    assert_true(info.anew && info.original == IMAGE && info.height == SIDE);
    load_epochs(s, first);
    setenv("SLURM_CPUS_PER_TASK", "1", true);
    load_epochs(s, again);
    source_close(s);
    s = open_well((struct source_wish){ .cropped = true });
    unsetenv("SLURM_CPUS_PER_TASK");
    assert_memory_equal(first, again, sizeof first);
    memset(again, 0, sizeof again);
    load_epochs(s, again);
    assert_memory_equal(first, again, sizeof first);
    for (size_t i = 0; i < TRAIN; i++)
        same += memcmp(first + i * IMAGE, first + (TRAIN + i) * IMAGE, IMAGE) == 0;
    assert_in_range(same, 0, 3);
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_wish_it_stays_as_it_is),
        cmocka_unit_test(test_size_and_colours_are_as_wished),
        cmocka_unit_test(test_random_parts_depend_on_the_epoch_and_on_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
