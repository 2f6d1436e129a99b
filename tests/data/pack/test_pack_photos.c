/* Photographs, packed: what stays as it is, what becomes smaller, and what is left out. */
#include "tests/support/check.h"

#include <hdf5.h>
#include <stdio.h>
#include <unistd.h>

#include "base/hdf5.h"
#include "data/pack/pack.h"
#include "data/sources/encoded.h"
#include "data/sources/source_memory.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

static void put(const char *root, const char *path, const struct photo *p)
{
    folder_put(root, path, ""); /* makes the folders */
    photo_write(p, folder_path(root, path));
}

static void put_class(const char *root, const char *folder, int n, int first_seed, const struct photo *like)
{
    for (int i = 0; i < n; i++) {
        struct photo p = *like;
        char path[PATH_SIZE];

        p.seed = first_seed + i;
        snprintf(path, sizeof path, "%.200s/%03d.%s", folder, i, i % 3 ? "jpg" : "png");
        put(root, path, &p);
    }
}

/* Two classes with a folder for each split, all images different. */
static void put_tree(const char *root, const struct photo *like)
{
    put_class(root, "set/train/cats", 40, 100, like);
    put_class(root, "set/train/dogs", 30, 200, like);
    put_class(root, "set/val/cats", 10, 300, like);
    put_class(root, "set/val/dogs", 7, 400, like);
}

static struct source *open_well(const char *path, const struct source_wish *wish)
{
    struct error e = { 0 };
    struct source *s = source_open(path, wish, &e);

    assert_good(s, e);
    return s;
}

static struct dataset_info info_of(struct source *s)
{
    struct dataset_info info;

    source_describe(s, &info);
    return info;
}

/* Packs a set by its path, and opens what was packed. */
static struct source *pack(const char *from, const struct pack_options *o, const char *to, struct pack_report *report)
{
    struct source *s = open_well(from, &o->wish);
    struct error e = { 0 };

    assert_good(pack_write(s, o, to, NULL, report, &e), e);
    source_close(s);
    return open_well(to, NULL);
}

static struct source *loaded(struct source *s)
{
    struct error e = { 0 };
    struct source *all = source_memory_load(s, NULL, NULL, &e);

    assert_good(all, e);
    source_close(s);
    return all;
}

static void expect_same(struct source *one, struct source *other)
{
    const struct dataset_info a = info_of(one), b = info_of(other);

    assert_int_equal(a.height, b.height);
    assert_int_equal(a.width, b.width);
    assert_int_equal(a.channels, b.channels);
    assert_int_equal(a.classes, b.classes);
    for (int i = 0; i < SPLIT_COUNT; i++) {
        const enum split split = (enum split)i;

        assert_int_equal(a.count[i], b.count[i]);
        assert_memory_equal(source_memory_images(one, split), source_memory_images(other, split),
                            a.count[i] * dataset_image_bytes(&a));
        assert_memory_equal(source_memory_labels(one, split), source_memory_labels(other, split),
                            a.count[i] * sizeof(int32_t));
    }
}

/* The same pixels from the folder, from its files packed and from its pixels packed; and from those packed again. */
static void test_images_are_the_same_wherever_they_are(void **state)
{
    static const struct photo likes[] = { { .height = 40, .width = 56, .channels = 3 },
                                          { .height = 30, .width = 30, .channels = 1 } };

    for (size_t i = 0; i < sizeof likes / sizeof *likes; i++) {
        char root[PATH_SIZE];

        snprintf(root, sizeof root, "%s/%zu", (char *)*state, i);
        put_tree(root, &likes[i]);
        const char *set = folder_path(root, "set");
        struct source *folder = loaded(open_well(set, NULL)), *other;
        const struct pack_options forms[] = { { .as = PACK_JPEG, .threads = 1 },
                                              { .as = PACK_JPEG, .threads = 5 },
                                              { .as = PACK_RAW },
                                              { .as = PACK_RAW, .compressed = true } };

        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
            struct pack_report report;

            other = loaded(pack(folder_path(root, "set"), &forms[k], folder_path(root, "x.h5"), &report));
            assert_int_equal(pack_report_skipped(&report), 0);
            assert_int_equal(report.of_class[SPLIT_TRAIN][1], 30);
            pack_report_free(&report);
            assert_string_equal(info_of(other).class_names[1], "dogs");
            expect_same(folder, other);
            source_close(other);
            other = loaded(pack(folder_path(root, "x.h5"), &forms[0], folder_path(root, "again.h5"), &report));
            pack_report_free(&report);
            expect_same(folder, other);
            source_close(other);
        }
        source_close(folder);
    }
}

/* Files that are no larger than wanted stay, byte for byte; others become smaller, and upright. */
static void test_files_stay_as_they_are_unless_they_are_larger(void **state)
{
    const struct photo small = { .height = 20, .width = 30, .channels = 3 },
                       large = { .height = 120, .width = 80, .channels = 3, .orientation = 6 };
    const struct pack_options o = { .as = PACK_JPEG, .wish = { .size = 32 }, .quality = 95 };
    struct encoded_bytes bytes = { 0 };
    struct image_size size;
    struct pack_report report;
    struct error e = { 0 };
    size_t original;

    put(*state, "set/train/a/0.jpg", &small);
    put(*state, "set/train/b/1.jpg", &large);
    put(*state, "set/train/b/2.png", &large);
    put(*state, "set/val/a/3.jpg", &(struct photo){ 25, 25, 3, 0, 0, 0, 0, 7 });
    struct source *s = pack(folder_path(*state, "set"), &o, folder_path(*state, "x.h5"), &report);
    const struct encoded_set *set = encoded_set_of(s);
    uint8_t *jpeg = photo_jpeg(&small, &original);
    char name[64];

    pack_report_free(&report);
    assert_non_null(set);
    assert_good(set->ops->read(set, SPLIT_TRAIN, 0, &bytes, &e), e);
    assert_int_equal(bytes.size, original);
    assert_memory_equal(bytes.bytes, jpeg, original);
    assert_good(set->ops->read(set, SPLIT_TRAIN, 1, &bytes, &e), e);
    assert_good(image_measure(bytes.bytes, bytes.size, &size, &e), e);
    assert_int_equal(size.height, 48);
    assert_int_equal(size.width, 32);
    assert_int_equal(bytes.bytes[0], 0xFF);
    assert_good(set->ops->read(set, SPLIT_TRAIN, 2, &bytes, &e), e);
    assert_int_equal(bytes.bytes[0], 0x89); /* what lost nothing loses nothing */
    assert_good(image_measure(bytes.bytes, bytes.size, &size, &e), e);
    assert_int_equal(size.height, 48);
    encoded_name(set, SPLIT_TRAIN, 2, name, sizeof name);
    assert_string_equal(name, "train/b/2.png");
    free(jpeg);
    free(bytes.bytes);
    source_close(s);
}

static void put_faults(const char *root)
{
    const struct photo like = { .height = 24, .width = 24, .channels = 3 };
    size_t size;
    uint8_t *jpeg = photo_jpeg(&like, &size);

    put_tree(root, &like);
    folder_put(root, "set/train/cats/005.jpg", "");
    folder_write(root, "set/train/dogs/007.jpg", jpeg, size / 2);
    folder_put(root, "set/train/dogs/009.png", "no image");
    put(root, "set/val/dogs/001.jpg", &(struct photo){ 24, 24, 3, 0, 0, 0, 0, 104 }); /* train/cats/004.jpg */
    free(jpeg);
}

static void test_what_is_broken_empty_or_there_twice_is_left_out(void **state)
{
    const struct pack_options forms[] = { { .as = PACK_JPEG }, { .as = PACK_RAW } };

    put_faults(*state);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct pack_report report;
        struct source *s = pack(folder_path(*state, "set"), &forms[i], folder_path(*state, "x.h5"), &report);

        assert_int_equal(info_of(s).count[SPLIT_TRAIN], 67);
        assert_int_equal(info_of(s).count[SPLIT_TEST], 16);
        assert_int_equal(report.found[PACK_KEPT], 83);
        assert_int_equal(report.found[PACK_BROKEN], 2);
        assert_int_equal(report.found[PACK_EMPTY], 1);
        assert_int_equal(report.found[PACK_DUPLICATE], 1);
        assert_int_equal(report.of_class[SPLIT_TRAIN][1], 28);
        assert_string_equal(report.skipped[0].name, "train/cats/005.jpg");
        assert_string_equal(report.skipped[1].name, "train/dogs/007.jpg");
        assert_holds(report.skipped[1].why, "it is no sound JPEG");
        assert_holds(report.skipped[2].why, "it is neither JPEG nor PNG");
        assert_string_equal(report.skipped[3].name, "val/dogs/001.jpg");
        assert_string_equal(report.skipped[3].why, "train/cats/004.jpg");
        pack_report_free(&report);
        source_close(s);
    }
}

static void test_strictly_they_are_refused(void **state)
{
    const struct pack_options o = { .as = PACK_JPEG, .strict = true };
    struct pack_report report;
    struct error e = { 0 };

    put_faults(*state);
    struct source *s = open_well(folder_path(*state, "set"), NULL);

    assert_bad(pack_write(s, &o, folder_path(*state, "x.h5"), NULL, &report, &e), e,
               "2 of 87 images are broken, 1 empty and 1 there twice");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_int_equal(report.listed, 4);
    pack_report_free(&report);
    source_close(s);
    assert_int_equal(folder_entries(*state), 1);
}

static char *make_packed(const char *root)
{
    const struct photo like = { .height = 16, .width = 16, .channels = 1 };
    struct pack_report report;

    put_class(root, "set/train/cats", 4, 1, &like);
    put_class(root, "set/train/dogs", 4, 11, &like);
    put_class(root, "set/val/cats", 3, 21, &like);
    source_close(pack(folder_path(root, "set"), &(struct pack_options){ .as = PACK_JPEG }, folder_path(root, "good.h5"),
                      &report));
    pack_report_free(&report);
    return (char *)folder_path(root, "good.h5");
}

/* Overwrites numbers of a data set in the file. */
static void overwrite(const char *path, const char *name, hid_t type, const void *values)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), dataset = H5Dopen2(file, name, H5P_DEFAULT);

    assert_true(dataset >= 0);
    assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(dataset);
    H5Fclose(file);
}

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };

    assert_bad(source_open(path, NULL, &e), e, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

/* Nothing that the file says of itself is trusted. */
static void test_hostile_numbers_are_refused(void **state)
{
    uint64_t beyond[8] = { 0, UINT64_MAX - 5, 0 }, long_[8] = { UINT32_MAX };
    int64_t labels[8] = { 0, 2 };

    hdf5_lock();
    hdf5_unlock();
    overwrite(make_packed(*state), "offsets_train", H5T_NATIVE_UINT64, beyond);
    expect_failure(folder_path(*state, "good.h5"), "image 1 of offsets_train is not in the file");
    overwrite(make_packed(*state), "lengths_train", H5T_NATIVE_UINT64, long_);
    expect_failure(folder_path(*state, "good.h5"), "image 0 of offsets_train is not in the file");
    overwrite(make_packed(*state), "y_train", H5T_NATIVE_INT64, labels);
    expect_failure(folder_path(*state, "good.h5"), "label 1 in y_train is 2");
    assert_int_equal(truncate(make_packed(*state), 17000), 0);
    expect_failure(folder_path(*state, "good.h5"), "good.h5");
}

/* Whatever bytes change, the file is read or refused. */
static void test_damaged_files_do_no_harm(void **state)
{
    enum { TRIALS = 60 };
    char good[PATH_SIZE], bad[PATH_SIZE];
    int refused = 0;

    snprintf(good, sizeof good, "%s", make_packed(*state));
    snprintf(bad, sizeof bad, "%s", folder_path(*state, "bad.h5"));
    for (uint64_t seed = 0; seed < TRIALS; seed++) {
        struct error e = { 0 };

        damage_file(good, bad, seed);
        struct source *s = source_open(bad, NULL, &e), *all = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

        refused += !all;
        source_close(all);
        source_close(s);
    }
    assert_in_range(refused, 1, TRIALS);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_images_are_the_same_wherever_they_are),
        IN_FOLDER(test_files_stay_as_they_are_unless_they_are_larger),
        IN_FOLDER(test_what_is_broken_empty_or_there_twice_is_left_out),
        IN_FOLDER(test_strictly_they_are_refused),
        IN_FOLDER(test_hostile_numbers_are_refused),
        IN_FOLDER(test_damaged_files_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
