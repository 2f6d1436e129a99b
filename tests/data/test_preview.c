/* What is picked of a data set to be looked at, and how it is made small. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>

#include "data/preview.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"

enum { COUNT = 3000, CLASSES = 3, EACH = 5 };

static void test_every_image_of_a_class_may_be_picked(void **state)
{
    static int32_t labels[COUNT];
    static int picked[COUNT];
    uint32_t index[CLASSES * EACH], of_class[CLASSES];
    int in_order = 0, most = 0;
    (void)state;

    for (int i = 0; i < COUNT; i++)
        labels[i] = i < 3 ? 2 : i % 2; /* class 2 has less than is asked for */
    for (uint64_t seed = 0; seed < 600; seed++) {
        preview_pick(labels, COUNT, CLASSES, EACH, seed, index, of_class);
        assert_int_equal(of_class[2], 3);
        assert_int_equal(of_class[0] + of_class[1], COUNT - 3);
        for (int class = 0; class < CLASSES; class++)
            for (int i = 0; i < EACH && (uint32_t)i < of_class[class]; i++) {
                uint32_t at = index[class * EACH + i];

                assert_int_equal(labels[at], class);
                picked[at]++;
                in_order += i == 0 || index[class * EACH + i - 1] < at;
            }
    }
    assert_int_equal(in_order, 600 * (2 * EACH + 3)); /* rising: so none is there twice */
    for (int i = 3; i < COUNT; i++)
        most = picked[i] > most ? picked[i] : most;
    assert_in_range(most, 3, 16); /* 2 each on average */
}

static void test_the_same_seed_picks_the_same(void **state)
{
    static int32_t labels[COUNT];
    uint32_t one[EACH], again[EACH], other[EACH], of_class[1];
    (void)state;

    preview_pick(labels, COUNT, 1, EACH, 7, one, of_class);
    preview_pick(labels, COUNT, 1, EACH, 7, again, of_class);
    preview_pick(labels, COUNT, 1, EACH, 8, other, of_class);
    assert_memory_equal(one, again, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

static void test_a_class_is_gone_through_in_order(void **state)
{
    const int32_t labels[] = { 1, 0, 1, 1, 0, 1 };
    uint32_t index[4];
    (void)state;

    assert_int_equal(preview_of_class(labels, 6, 1, 1, 2, index), 2);
    assert_int_equal(index[0], 2);
    assert_int_equal(index[1], 3);
    assert_int_equal(preview_of_class(labels, 6, 1, 3, 4, index), 1);
    assert_int_equal(index[0], 5);
    assert_int_equal(preview_of_class(labels, 6, 2, 0, 4, index), 0);
}

static void test_small_images_keep_their_pixels(void **state)
{
    struct source *s = data_memory(4, 1, 5, 3, 1, 2);
    struct dataset_info info;
    struct error e = { 0 };
    uint8_t rgb[2 * 5 * 3 * 3];
    bool broken[2];
    char name[32];
    (void)state;

    source_describe(s, &info);
    struct preview_size size = preview_size(&info, 64);

    assert_int_equal(size.height, 5);
    assert_int_equal(size.width, 3);
    assert_good(preview_read(s, SPLIT_TRAIN, (uint32_t[]){ 3, 1 }, 2, NULL, size, rgb, broken, &e), e);
    for (size_t i = 0; i < 15; i++)
        for (size_t c = 0; c < 3; c++) {
            assert_int_equal(rgb[3 * i + c], data_pixel(SPLIT_TRAIN, 3, i));
            assert_int_equal(rgb[45 + 3 * i + c], data_pixel(SPLIT_TRAIN, 1, i));
        }
    preview_name(s, SPLIT_TRAIN, 3, name, sizeof name);
    assert_string_equal(name, "#3");
    source_close(s);
}

/* Wide images of a folder, whose file has a name that would disturb a terminal. */
static void test_large_images_are_made_smaller(void **state)
{
    const struct photo photo = { .height = 100, .width = 200, .channels = 3 };
    const char *const names[] = { "cat/a\033[2J.png", "cat/b.png", "dog/c.png" };
    struct error e = { 0 };
    struct dataset_info info;
    uint8_t rgb[32 * 64 * 3];
    bool broken = true;
    char name[64];

    for (int i = 0; i < 3; i++) {
        char path[128];

        snprintf(path, sizeof path, "train/%s", names[i]);
        folder_put(*state, path, "");
        photo_write(&photo, folder_path(*state, path));
    }
    folder_put(*state, "val/cat/d.png", "");
    photo_write(&photo, folder_path(*state, "val/cat/d.png"));
    struct source *s = source_open(*state, NULL, &e);

    assert_non_null(s);
    source_describe(s, &info);
    struct preview_size size = preview_size(&info, 64);

    assert_int_equal(size.height, 32);
    assert_int_equal(size.width, 64);
    assert_good(preview_read(s, SPLIT_TRAIN, &(uint32_t){ 0 }, 1, NULL, size, rgb, &broken, &e), e);
    assert_false(broken);
    for (int c = 0; c < 3; c++) /* in the middle of a smooth pattern */
        assert_in_range(rgb[3 * (16 * 64 + 32) + c] + 256, photo_sample(&photo, 51, 101, c) + 256 - 8,
                        photo_sample(&photo, 51, 101, c) + 256 + 8);
    preview_name(s, SPLIT_TRAIN, 0, name, sizeof name);
    assert_null(strchr(name, 033));
    assert_non_null(strstr(name, "cat/a"));
    source_class_name(&info, 1, name, sizeof name);
    assert_string_equal(name, "dog");
    source_close(s);
}

/* Not the image that stands in for it in training, which may be of another class. */
static void test_a_broken_image_is_black(void **state)
{
    const struct photo photo = { .height = 10, .width = 10, .channels = 3 };
    struct error e = { 0 };
    uint8_t rgb[2 * 10 * 10 * 3];
    bool broken[2];

    for (int i = 0; i < 4; i++) {
        static const char *const names[] = { "train/cat/a.png", "train/cat/b.png", "train/dog/c.png", "val/cat/d.png" };

        folder_put(*state, names[i], "");
        photo_write(&photo, folder_path(*state, names[i]));
    }
    folder_put(*state, "train/cat/b.png", "not a picture");
    struct source *s = source_open(*state, NULL, &e);

    assert_non_null(s);
    const struct preview_size size = { 10, 10 };

    assert_good(preview_read(s, SPLIT_TRAIN, (uint32_t[]){ 0, 1 }, 2, NULL, size, rgb, broken, &e), e);
    assert_false(broken[0]);
    assert_true(broken[1]);
    for (size_t i = 0; i < sizeof rgb / 2; i++)
        assert_int_equal(rgb[sizeof rgb / 2 + i], 0);
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_image_of_a_class_may_be_picked),
        cmocka_unit_test(test_the_same_seed_picks_the_same),
        cmocka_unit_test(test_a_class_is_gone_through_in_order),
        cmocka_unit_test(test_small_images_keep_their_pixels),
        cmocka_unit_test_setup_teardown(test_a_broken_image_is_black, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_large_images_are_made_smaller, folder_setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
