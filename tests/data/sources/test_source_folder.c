/* Folders of photographs, as users have them. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/text.h"
#include "data/loader.h"
#include "data/sources/source.h"
#include "data/sources/source_memory.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

/* A photograph at "ROOT/PATH"; its folders are made. */
static void put(const char *root, const char *path, const struct photo *p)
{
    folder_put(root, path, ""); /* makes the folders */
    photo_write(p, folder_path(root, path));
}

static const struct photo square = { .height = 24, .width = 24, .channels = 3 };

/* `n` of one class, all alike but for their pixels. */
static void put_class(const char *root, const char *folder, int n, const struct photo *like)
{
    for (int i = 0; i < n; i++) {
        struct photo p = *like;
        char path[PATH_SIZE];

        p.seed = i + 1;
        snprintf(path, sizeof path, "%.200s/%03d.%s", folder, i, i % 3 ? "jpg" : "png");
        put(root, path, &p);
    }
}

static struct source *open_well(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e);

    assert_good(s, e);
    return s;
}

static struct dataset_info info_of(struct source *s)
{
    struct dataset_info info;

    source_describe(s, &info);
    return info;
}

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };

    assert_null(source_open(path, NULL, &e));
    assert_holds(e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_training_and_validation_have_folders(void **state)
{
    static const char *const forms[][2] = { { "train", "val" }, { "training", "validation" }, { "train", "test" } };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char root[PATH_SIZE], path[PATH_SIZE];

        snprintf(root, sizeof root, "%s/set%zu", (char *)*state, i);
        for (int k = 0; k < 2; k++) {
            snprintf(path, sizeof path, "%s/cats/more/deeper", forms[i][k]);
            put_class(root, path, 3 - k, &square);
            snprintf(path, sizeof path, "%s/dogs", forms[i][k]);
            put_class(root, path, 2, &square);
        }
        snprintf(path, sizeof path, "%s/readme.txt", forms[i][0]);
        folder_put(root, path, "not an image");
        snprintf(path, sizeof path, "%s/cats/.hidden.jpg", forms[i][0]);
        folder_put(root, path, "not one either");

        struct source *s = open_well(root);
        struct dataset_info info = info_of(s);

        assert_string_equal(info.format, "folder");
        assert_int_equal(info.classes, 2);
        assert_string_equal(info.class_names[0], "cats");
        assert_string_equal(info.class_names[1], "dogs");
        assert_int_equal(info.height, 24);
        assert_int_equal(info.width, 24);
        assert_int_equal(info.channels, 3);
        assert_int_equal(info.count[SPLIT_TRAIN], 5);
        assert_int_equal(info.count[SPLIT_TEST], 4);
        source_close(s);
    }
}

/* The pixels are those of the file, and the label that of its folder. */
static void test_images_are_those_of_their_files(void **state)
{
    const uint32_t index[] = { 3, 0, 4, 1, 2, 3 };
    uint8_t images[6][24 * 24 * 3];
    int32_t labels[6];
    struct error e = { 0 };

    for (int i = 0; i < 5; i++) {
        struct photo p = square;
        char path[64];

        p.seed = 10 + i;
        snprintf(path, sizeof path, "train/%s/%d.png", i < 2 ? "a" : "b", i);
        put(*state, path, &p);
    }
    put_class(*state, "test/a", 1, &square);
    struct source *s = open_well(*state);

    assert_good(source_read(s, SPLIT_TRAIN, index, 6, images[0], labels, &e), e);
    for (int i = 0; i < 6; i++) {
        struct photo p = square;

        p.seed = 10 + (int)index[i];
        assert_int_equal(labels[i], index[i] < 2 ? 0 : 1);
        for (int k = 0; k < 24 * 24 * 3; k++)
            assert_int_equal(images[i][k], photo_sample(&p, k / 72, k / 3 % 24, k % 3));
    }
    int32_t all[5], few[6];
    assert_good(source_labels(s, SPLIT_TRAIN, all, NULL, NULL, &e), e);
    for (int i = 0; i < 6; i++)
        few[i] = all[index[i]];
    assert_memory_equal(few, labels, sizeof few);
    source_close(s);
}

static void test_without_validation_a_tenth_of_each_class_is_apart(void **state)
{
    put_class(*state, "cats", 20, &square);
    put_class(*state, "dogs", 31, &square);
    put_class(*state, "one", 1, &square);
    assert_int_equal(mkdir(folder_path(*state, "nothing"), 0700), 0);
    struct source *s = open_well(*state);
    struct dataset_info info = info_of(s);
    int32_t labels[5];
    uint8_t images[5 * 24 * 24 * 3];
    struct error e = { 0 };

    assert_int_equal(info.classes, 3); /* a folder without images is no class */
    assert_int_equal(info.count[SPLIT_TRAIN], 18 + 28 + 1);
    assert_int_equal(info.count[SPLIT_TEST], 2 + 3);
    assert_good(source_read(s, SPLIT_TEST, (const uint32_t[]){ 0, 1, 2, 3, 4 }, 5, images, labels, &e), e);
    assert_int_equal(labels[1], 0);
    assert_int_equal(labels[2], 1);
    source_close(s);
}

/* Whatever the order in which the files were made. */
static void test_the_order_is_that_of_the_names(void **state)
{
    char first[PATH_SIZE], second[PATH_SIZE];
    uint8_t *images[2];
    struct error e = { 0 };

    snprintf(first, sizeof first, "%s/first", (char *)*state);
    snprintf(second, sizeof second, "%s/second", (char *)*state);
    for (int i = 0; i < 12; i++)
        for (int k = 0; k < 2; k++) {
            int number = k ? 11 - i : i;
            struct photo p = square;
            char path[64];

            p.seed = number;
            snprintf(path, sizeof path, "%s/%02d.jpg", number % 2 ? "a" : "b", number);
            put(k ? second : first, path, &p);
        }
    for (int k = 0; k < 2; k++) {
        struct source *s = open_well(k ? second : first), *loaded = source_memory_load(s, NULL, NULL, &e);

        assert_good(loaded, e);
        images[k] = malloc(10 * 24 * 24 * 3);
        assert_non_null(images[k]);
        memcpy(images[k], source_memory_images(loaded, SPLIT_TRAIN), 10 * 24 * 24 * 3);
        source_close(loaded);
        source_close(s);
    }
    assert_memory_equal(images[0], images[1], 10 * 24 * 24 * 3);
    free(images[0]);
    free(images[1]);
}

static void test_the_size_follows_from_the_images(void **state)
{
    const struct photo small = { .height = 40, .width = 60, .channels = 1 }, other = { 44, 50, 1, 0, 0, 0, 0, 0 },
                       large = { .height = 300, .width = 400, .channels = 3 };
    struct dataset_info info;
    struct source *s;

    put_class(*state, "a", 4, &small);
    put_class(*state, "b", 4, &small);
    s = open_well(*state);
    info = info_of(s);
    assert_int_equal(info.height, 40); /* all are alike */
    assert_int_equal(info.width, 60);
    assert_int_equal(info.channels, 1);
    source_close(s);
    put_class(*state, "c", 5, &other);
    s = open_well(*state);
    info = info_of(s);
    assert_int_equal(info.height, 40); /* the shorter side of most */
    assert_int_equal(info.width, 40);
    source_close(s);
    put_class(*state, "d", 30, &large);
    s = open_well(*state);
    info = info_of(s);
    assert_int_equal(info.height, 224);
    assert_int_equal(info.width, 224);
    assert_int_equal(info.channels, 3);
    source_close(s);
}

static void test_the_wish_decides(void **state)
{
    const struct photo wide = { .height = 40, .width = 80, .channels = 3 };
    const struct source_wish wishes[] = { { 16, IMAGE_CROP, 0 }, { 32, IMAGE_PAD, 1 }, { 0, IMAGE_CROP, 1 } };

    put_class(*state, "train/a", 3, &wide);
    put_class(*state, "train/b", 3, &wide);
    put_class(*state, "val/a", 1, &wide);
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        const uint32_t first = 0;
        uint8_t image[80 * 80 * 3];
        int32_t label;
        struct error e = { 0 };
        struct source *s = source_open(*state, &wishes[i], &e);

        assert_good(s, e);
        struct dataset_info info = info_of(s);

        assert_int_equal(info.height, wishes[i].size ? wishes[i].size : 40);
        assert_int_equal(info.width, wishes[i].size ? wishes[i].size : 80);
        assert_int_equal(info.channels, wishes[i].channels ? wishes[i].channels : 3);
        assert_good(source_read(s, SPLIT_TRAIN, &first, 1, image, &label, &e), e);
        assert_int_equal(image[0] == 0, wishes[i].fit == IMAGE_PAD); /* black above */
        source_close(s);
    }
}

static void test_a_broken_file_is_counted_and_another_stands_in(void **state)
{
    struct error e = { 0 };

    put_class(*state, "train/a", 4, &square);
    put_class(*state, "train/b", 4, &square);
    put_class(*state, "test/a", 2, &square);
    folder_put(*state, "train/a/001.jpg", "\xFF\xD8\xFF nothing more");
    folder_put(*state, "train/b/003.png", "");
    struct source *s = open_well(*state), *loaded = source_memory_load(s, NULL, NULL, &e);
    struct dataset_info info = info_of(s);

    assert_good(loaded, e);
    assert_int_equal(info.unreadable, 2);
    assert_holds(info.first_unreadable, "train/a/001.jpg: it is no sound JPEG");
    /* The next one of the split, and after the last one the first. */
    assert_memory_equal(source_memory_images(loaded, SPLIT_TRAIN) + 1 * 1728,
                        source_memory_images(loaded, SPLIT_TRAIN) + 2 * 1728, 1728);
    assert_memory_equal(source_memory_images(loaded, SPLIT_TRAIN) + 7 * 1728, source_memory_images(loaded, SPLIT_TRAIN),
                        1728);
    assert_int_equal(source_memory_labels(loaded, SPLIT_TRAIN)[7], 0);
    assert_int_equal(info_of(loaded).unreadable, 2);
    source_close(loaded);
    source_close(s);
}

static void test_files_may_vanish_while_it_trains(void **state)
{
    const uint32_t index[] = { 0, 1, 2, 3 };
    uint8_t images[4 * 24 * 24 * 3];
    int32_t labels[4];
    struct error e = { 0 };

    put_class(*state, "train/a", 2, &square);
    put_class(*state, "train/b", 2, &square);
    put_class(*state, "test/a", 1, &square);
    struct source *s = open_well(*state);

    assert_int_equal(unlink(folder_path(*state, "train/a/001.jpg")), 0);
    assert_good(source_read(s, SPLIT_TRAIN, index, 4, images, labels, &e), e);
    assert_int_equal(labels[1], 1);
    assert_holds(info_of(s).first_unreadable, "train/a/001.jpg: No such file or directory");
    for (int i = 0; i < 4; i++)
        unlink(folder_path(*state, i < 2 ? (i ? "train/a/001.jpg" : "train/a/000.png")
                                         : (i == 2 ? "train/b/000.png" : "train/b/001.jpg")));
    assert_false(source_read(s, SPLIT_TRAIN, index, 4, images, labels, &e));
    assert_holds(e.text, "cannot be read, first train/a/001.jpg: No such file");
    source_close(s);
}

enum { MANY = 41, BATCH = 8 };

/* Two epochs of the folder, as they come from a loader, one image after another. */
static void load_all(const char *root, bool shares_cores, uint8_t *pixels, uint32_t *order)
{
    const struct loader_options options = {
        .subset = SUBSET_TRAIN, .batch = BATCH, .shuffle = true, .seed = 3, .shares_cores = shares_cores
    };
    const size_t image = 24 * 24 * 3;
    struct error e = { 0 };
    struct source *s = open_well(root);
    struct loader *l = loader_open(s, &options, &e);
    const struct batch *b;

    assert_good(l, e);
    for (uint32_t epoch = 0; epoch < 2; epoch++) {
        assert_true(loader_start(l, epoch, 0, &e));
        while ((b = loader_next(l, &e))) {
            memcpy(pixels, b->images, (size_t)b->count * image);
            memcpy(order, b->index, (size_t)b->count * sizeof *order);
            pixels += (size_t)b->count * image;
            order += b->count;
        }
    }
    loader_close(l);
    source_close(s);
}

static void test_threads_change_nothing_but_the_time(void **state)
{
    static uint8_t by_one[2 * MANY * 24 * 24 * 3], by_all[sizeof by_one];
    uint32_t order_of_one[2 * MANY], order_of_all[2 * MANY];

    put_class(*state, "train/cats", MANY - 1, &square);
    put_class(*state, "train/dogs", 1, &square);
    put_class(*state, "val/cats", 1, &square);
    setenv("SLURM_CPUS_PER_TASK", "1", true);
    load_all(*state, false, by_one, order_of_one);
    unsetenv("SLURM_CPUS_PER_TASK");
    load_all(*state, true, by_all, order_of_all);
    assert_memory_equal(by_one, by_all, sizeof by_one);
    assert_memory_equal(order_of_one, order_of_all, sizeof order_of_one);
}

static void test_what_is_no_data_set_is_told(void **state)
{
    put_class(*state, "only", 3, &square);
    expect_failure(*state, "has images of one class only; there must be a folder of JPEG or PNG files for each class");
    put_class(*state, "set/train/a", 1, &square);
    put_class(*state, "set/train/b", 1, &square);
    put_class(*state, "set/val/c", 1, &square);
    expect_failure(folder_path(*state, "set"), "set/val/c has images of a class that there is no folder of");
    folder_put(*state, "bad/a/1.jpg", "x");
    folder_put(*state, "bad/b/1.jpg", "x");
    expect_failure(folder_path(*state, "bad"), "none of 2 images can be read, first a/1.jpg: it is neither JPEG nor");
}

/* Links that lead back, pipes, and names that no one would choose. */
static void test_odd_things_in_the_tree_do_no_harm(void **state)
{
    static const char odd[] = "\x1b[2J\xff\n";
    char path[PATH_SIZE];

    put_class(*state, "Cat", 2, &square);
    put_class(*state, "cat", 2, &square);
    snprintf(path, sizeof path, "%s/x.png", odd);
    put(*state, path, &square);
    assert_int_equal(symlink("..", folder_path(*state, "cat/back")), 0);
    assert_int_equal(symlink("nowhere", folder_path(*state, "cat/broken.jpg")), 0);
    assert_int_equal(mkfifo(folder_path(*state, "cat/pipe.jpg"), 0600), 0);
    struct source *s = open_well(*state);
    struct dataset_info info = info_of(s);
    char shown[64];

    assert_int_equal(info.classes, 3);
    assert_int_equal(info.count[SPLIT_TRAIN] + info.count[SPLIT_TEST], 5);
    text_sanitise(shown, sizeof shown, info.class_names[0]);
    assert_string_equal(shown, "?[2J??");
    source_close(s);
}

/* Of one tiny image, by links: a class each. */
static void test_there_may_be_so_many_classes_and_no_more(void **state)
{
    char first[PATH_SIZE], path[64];

    put(*state, "c0000/a.png", &square);
    snprintf(first, sizeof first, "%s/c0000/a.png", (char *)*state);
    for (int i = 1; i <= CLASSES_MAX; i++) {
        snprintf(path, sizeof path, "c%04d", i);
        assert_int_equal(mkdir(folder_path(*state, path), 0700), 0);
        if (i == CLASSES_MAX) {
            struct source *s = open_well(*state); /* the last one is empty */

            assert_int_equal(info_of(s).classes, CLASSES_MAX);
            source_close(s);
        }
        snprintf(path, sizeof path, "c%04d/a.png", i);
        assert_int_equal(link(first, folder_path(*state, path)), 0);
    }
    expect_failure(*state, "has more than 1024 classes");
}

static void put_big_endian(uint8_t *to, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(n >> (24 - 8 * i));
}

/* The header of a PNG of 60,000 × 60,000 pixels, which would take 10 GB, and a CMYK JPEG among others. */
static void test_bombs_and_other_inks_among_photographs(void **state)
{
    const struct photo inks = { .height = 24, .width = 24, .channels = 4 };
    uint8_t bomb[45] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", images[8 * 24 * 24 * 3];
    const uint32_t index[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    int32_t labels[8];
    struct error e = { 0 };

    put_class(*state, "train/a", 4, &square);
    put_class(*state, "train/b", 3, &square);
    put_class(*state, "val/a", 1, &square);
    put(*state, "train/b/inks.jpg", &inks);
    put_big_endian(bomb + 16, 60000);
    put_big_endian(bomb + 20, 60000);
    bomb[24] = 8;
    bomb[25] = 2;
    put_big_endian(bomb + 29, (uint32_t)crc32(0, bomb + 12, 17));
    memcpy(bomb + 37, "IDAT", 4);
    put_big_endian(bomb + 41, (uint32_t)crc32(0, bomb + 37, 4));
    folder_write(*state, "train/a/002.jpg", bomb, sizeof bomb);
    struct source *s = open_well(*state);

    assert_good(source_read(s, SPLIT_TRAIN, index, 8, images, labels, &e), e);
    assert_int_equal(info_of(s).unreadable, 1);
    assert_holds(info_of(s).first_unreadable, "train/a/002.jpg: it has 60000×60000 pixels");
    assert_int_equal(labels[7], 1);
    for (int k = 0; k < 3; k++) /* of the middle */
        assert_in_range(images[7 * 1728 + 12 * 72 + 36 + k] + 8 - photo_sample(&inks, 12, 12, k), 0, 16);
    source_close(s);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_training_and_validation_have_folders),
        IN_FOLDER(test_images_are_those_of_their_files),
        IN_FOLDER(test_without_validation_a_tenth_of_each_class_is_apart),
        IN_FOLDER(test_the_order_is_that_of_the_names),
        IN_FOLDER(test_the_size_follows_from_the_images),
        IN_FOLDER(test_the_wish_decides),
        IN_FOLDER(test_a_broken_file_is_counted_and_another_stands_in),
        IN_FOLDER(test_files_may_vanish_while_it_trains),
        IN_FOLDER(test_threads_change_nothing_but_the_time),
        IN_FOLDER(test_what_is_no_data_set_is_told),
        IN_FOLDER(test_odd_things_in_the_tree_do_no_harm),
        IN_FOLDER(test_there_may_be_so_many_classes_and_no_more),
        IN_FOLDER(test_bombs_and_other_inks_among_photographs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
