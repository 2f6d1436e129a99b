/* Lists of images, as Places365 and competitions have them. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/text.h"
#include "data/sources/encoded.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

enum { SIDE = 24, BYTES = SIDE * SIDE * 3 };

static void put(const char *root, const char *path, int seed)
{
    const struct photo p = { .height = SIDE, .width = SIDE, .channels = 3, .seed = seed };

    folder_put(root, path, ""); /* makes the folders */
    photo_write(&p, folder_path(root, path));
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

/* The image of a PNG that was put with this seed, and its label. */
static void expect_image(struct source *s, enum split split, uint32_t index, int seed, int label)
{
    const struct photo p = { .height = SIDE, .width = SIDE, .channels = 3, .seed = seed };
    uint8_t image[BYTES];
    int32_t found;
    struct error e = { 0 };

    assert_good(source_read(s, split, &index, 1, image, &found, &e), e);
    assert_int_equal(found, label);
    for (int k = 0; k < BYTES; k++)
        assert_int_equal(image[k], photo_sample(&p, k / (3 * SIDE), k / 3 % SIDE, k % 3));
}

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };

    assert_null(source_open(path, NULL, &e));
    assert_holds(e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void put_places(const char *root, const char *train, const char *val)
{
    char path[64];

    folder_put(root, "categories_places365.txt", "/a/airfield 0\n/a/airplane_cabin 1\n/a/arch/outdoor 2\n");
    folder_put(root, "places365_train_standard.txt",
               "/a/arch/outdoor/00000001.png 2\r\n/a/airfield/00000002.png 0\n/a/airfield/00000001.png 0\n");
    folder_put(root, "places365_val.txt", "Places365_val_00000001.png 0\nPlaces365_val_00000002.png 2\n");
    snprintf(path, sizeof path, "%s/a/arch/outdoor/00000001.png", train);
    put(root, path, 1);
    snprintf(path, sizeof path, "%s/a/airfield/00000002.png", train);
    put(root, path, 2);
    snprintf(path, sizeof path, "%s/a/airfield/00000001.png", train);
    put(root, path, 3);
    snprintf(path, sizeof path, "%s/Places365_val_00000001.png", val);
    put(root, path, 4);
    snprintf(path, sizeof path, "%s/Places365_val_00000002.png", val);
    put(root, path, 5);
}

static void expect_places(const char *path)
{
    struct source *s = open_well(path);
    struct dataset_info info = info_of(s);

    assert_string_equal(info.format, "list");
    assert_int_equal(info.classes, 3);
    assert_string_equal(info.class_names[0], "airfield");
    assert_string_equal(info.class_names[2], "arch/outdoor");
    assert_int_equal(info.count[SPLIT_TRAIN], 3);
    assert_int_equal(info.count[SPLIT_TEST], 2);
    expect_image(s, SPLIT_TRAIN, 0, 1, 2);
    expect_image(s, SPLIT_TRAIN, 1, 2, 0);
    expect_image(s, SPLIT_TRAIN, 2, 3, 0);
    expect_image(s, SPLIT_TEST, 0, 4, 0);
    expect_image(s, SPLIT_TEST, 1, 5, 2);
    source_close(s);
}

static void test_places365_as_its_archives_and_pytorch_leave_it(void **state)
{
    static const char *const folders[][2] = { { "data_256", "val_256" }, { "data_large_standard", "val_large" } };

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char root[PATH_SIZE], list[PATH_SIZE + 64];

        snprintf(root, sizeof root, "%s/places%zu", (char *)*state, i);
        put_places(root, folders[i][0], folders[i][1]);
        expect_places(root);
        snprintf(list, sizeof list, "%s/places365_train_standard.txt", root);
        expect_places(list);
    }
}

/* Who has only the small archive of images to validate with trains on a part of these. */
static void test_a_list_by_its_path_is_one_to_train_with(void **state)
{
    put_places(*state, "elsewhere", "val_256");
    struct source *s = open_well(folder_path(*state, "places365_val.txt"));
    struct dataset_info info = info_of(s);

    assert_string_equal(info.name, "places365_val");
    assert_int_equal(info.classes, 3);
    assert_int_equal(info.count[SPLIT_TRAIN], 2);
    expect_image(s, SPLIT_TRAIN, 1, 5, 2);
    source_close(s);
}

static void put_four(const char *root, const char *folder)
{
    for (int i = 0; i < 4; i++) {
        char path[64];

        snprintf(path, sizeof path, "%s/%d.png", folder, i);
        put(root, path, i);
    }
}

static void test_csv_has_columns_in_any_order_and_quotes(void **state)
{
    put_four(*state, "img/a b");
    folder_put(*state, "set.csv",
               "\xEF\xBB\xBFnote,Label,filename,split\r\n"
               "\"one, two\",\"the \"\"cat\"\"\",img/a b/0.png,train\r\n\r\n"
               "\"three\nfour\", dog ,\"img/a b/1.png\",Train\r\n"
               ",dog,img/a b/2.png,val\r\n"
               ",dog,img/a b/3.png,test");
    struct source *s = open_well(folder_path(*state, "set.csv"));
    struct dataset_info info = info_of(s);

    assert_string_equal(info.name, "set");
    assert_int_equal(info.classes, 2);
    assert_string_equal(info.class_names[0], "dog");
    assert_string_equal(info.class_names[1], "the \"cat\"");
    assert_int_equal(info.count[SPLIT_TRAIN], 2);
    assert_int_equal(info.count[SPLIT_TEST], 1); /* those to test with are not needed */
    expect_image(s, SPLIT_TRAIN, 0, 0, 1);
    expect_image(s, SPLIT_TRAIN, 1, 1, 0);
    expect_image(s, SPLIT_TEST, 0, 2, 0);
    source_close(s);
}

/* Numbers are in the order of numbers; other commas; names without suffixes; no row of names; other names of two. */
static void test_csv_as_others_write_it(void **state)
{
    static const char *const forms[] = {
        "path;label\nimages/0.png;10\nimages/1.png;9\n",
        "id\tbreed\n0\t10\n1\t9\n",
        "images/0.png,10\nimages/1.png,9\n",
        "label,fname,is_valid\n10,0,False\n9,1,false\n9,2,True\n",
    };

    put_four(*state, "images");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        folder_put(*state, "some.csv", forms[i]);
        struct source *s = open_well(folder_path(*state, "some.csv"));
        struct dataset_info info = info_of(s);

        assert_int_equal(info.classes, 2);
        assert_string_equal(info.class_names[0], "9");
        expect_image(s, SPLIT_TRAIN, 0, 0, 1);
        expect_image(s, SPLIT_TRAIN, 1, 1, 0);
        assert_int_equal(info.count[SPLIT_TEST], i == 3 ? 1 : 0); /* each class keeps its only one */
        source_close(s);
    }
}

static void test_lists_beside_each_other(void **state)
{
    put_four(*state, "train");
    put_four(*state, "val");
    folder_put(*state, "train.csv", "image,class\n0.png,b\n1.png,a\n");
    folder_put(*state, "test.csv", "image\n0.png\n"); /* as for a competition */
    struct source *s = open_well(*state);

    assert_int_equal(info_of(s).count[SPLIT_TEST], 0);
    source_close(s);
    folder_put(*state, "val.csv", "image,class\n3.png,a\n");
    s = open_well(*state);
    assert_int_equal(info_of(s).count[SPLIT_TRAIN], 2);
    assert_int_equal(info_of(s).count[SPLIT_TEST], 1);
    expect_image(s, SPLIT_TEST, 0, 3, 0);
    source_close(s);
    folder_put(*state, "val.csv", "image,class\n3.png,c\n");
    expect_failure(*state, "class 'c' has images to test with, but none to train with");
}

static void test_a_tenth_is_apart_where_nothing_says_which(void **state)
{
    char list[4096] = "";

    for (int i = 0; i < 40; i++) {
        char path[64];

        snprintf(path, sizeof path, "all/%02d.png", i);
        put(*state, path, i);
        text_append(list, sizeof list, "%s %s\n", path, i % 4 ? "often" : "seldom");
    }
    folder_put(*state, "all.txt", list);
    struct source *s = open_well(folder_path(*state, "all.txt"));
    struct dataset_info info = info_of(s);

    assert_int_equal(info.count[SPLIT_TRAIN], 36);
    assert_int_equal(info.count[SPLIT_TEST], 4); /* three of 30 and one of ten */
    source_close(s);
}

static void test_whole_paths_are_taken_from_a_list_that_is_named(void **state)
{
    char list[3 * PATH_SIZE];

    put_four(*state, "there");
    snprintf(list, sizeof list, "path,label\n%s/there/0.png,a\n%s/there/1.png,b\n", (char *)*state, (char *)*state);
    folder_put(*state, "here/train.csv", list);
    struct source *s = open_well(folder_path(*state, "here/train.csv"));

    expect_image(s, SPLIT_TRAIN, 1, 1, 1);
    assert_true(encoded_set_of(s)->ops->size(encoded_set_of(s), SPLIT_TRAIN, 1) > 0);
    source_close(s);
    expect_failure(folder_path(*state, "here"), "is a whole path; such ones are taken from a list whose own path is");
}

static void test_wrong_lines_are_told_by_their_number(void **state)
{
    static const struct {
        const char *name, *text, *words;
    } wrong[] = {
        { "a.csv", "path,label\nimg/0.png,a\nimg/1.png\n", "a.csv:3: there is no label after the path" },
        { "a.csv", "path,label\nimg/0.png,a\n\"\n\",b\n,b\n", "a.csv:5: there is no path" },
        { "a.csv", "path,label\nimg/0.png,a\n../1.png,b\n", "a.csv:3: ../1.png leads out of the list's folder" },
        { "a.csv", "path,label\nimg/../../1.png,b\n", "a.csv:2: img/../../1.png leads out of the list's folder" },
        { "a.csv", "path,label\nimg/0.png,\"a\n", "a.csv: line 2: a quoted text does not end" },
        { "a.csv", "path,label,split\nimg/0.png,a,later\n", "a.csv:2: 'later' is no split; it must be train, val or" },
        { "a.csv", "path,label\nno/0.png,a\n", "a.csv:2: there is no no/0.png in the list's folder, nor in a folder" },
        { "a.csv", "path,note,more\nimg/0.png,a,b\n", "a.csv: its first row names no column of labels; it must have" },
        { "a.csv", "path,label\n", "a.csv has no images in it" },
        { "a.csv", "path,label\nimg/0.png,a\nimg/1.png,a\n", "a.csv has images of one class only" },
        { "a.txt", "img/0.png 0\nimg/1.png\n", "a.txt:2: there is no label after the path" },
        { "b.txt", "img/0.png 0\nimg/1.png 3\n", "label '3' is none of the 3 classes in classes.txt" },
    };

    put_four(*state, "img");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (wrong[i].name[0] == 'b')
            folder_put(*state, "classes.txt", "one\ntwo\nhot dog\n");
        folder_put(*state, wrong[i].name, wrong[i].text);
        expect_failure(folder_path(*state, wrong[i].name), wrong[i].words);
    }
}

static void test_there_may_be_so_many_classes_and_no_more(void **state)
{
    char *list = calloc(1, 1 << 16);

    assert_non_null(list);
    put_four(*state, "img");
    strcpy(list, "path,label\n");
    for (int i = 0; i < CLASSES_MAX; i++)
        text_append(list, 1 << 16, "img/0.png,class %d\n", i);
    folder_put(*state, "a.csv", list);
    struct source *s = open_well(folder_path(*state, "a.csv"));

    assert_int_equal(info_of(s).classes, CLASSES_MAX);
    source_close(s);
    text_append(list, 1 << 16, "img/0.png,one more\n");
    folder_put(*state, "a.csv", list);
    expect_failure(folder_path(*state, "a.csv"), "a.csv:1026: 'one more' would be one class more than 1024");
    free(list);
}

/* A text file that is no list is none, and a folder that has one is what it was. */
static void test_other_text_files_are_no_lists(void **state)
{
    put(*state, "a/1.png", 1);
    put(*state, "b/1.png", 1);
    folder_put(*state, "train.txt", "It trained well.\n");
    folder_put(*state, "notes.txt", "the cat 1\n");
    struct source *s = open_well(*state);

    assert_string_equal(info_of(s).format, "folder");
    source_close(s);
    expect_failure(folder_path(*state, "notes.txt"), "is not a data set that cuvette can read; it reads");
}

/* What a file has in it is its business: one that is lost is counted, as in folders. */
static void test_images_may_be_missing(void **state)
{
    put_four(*state, "images");
    for (int i = 0; i < 2; i++) {
        folder_put(*state, "a.csv",
                   i ? "path,label,split\nimages/lost.png,a,train\nimages/0.png,a,train\nimages/1.png,b,train\n"
                       "images/2.png,b,val\n"
                     : "path,label,split\nlost.png,a,train\n0.png,a,train\n1.png,b,train\n2.png,b,val\n");
        struct source *s = open_well(folder_path(*state, "a.csv"));

        assert_int_equal(info_of(s).unreadable, 1);
        assert_holds(info_of(s).first_unreadable, "images/lost.png: No such file");
        expect_image(s, SPLIT_TRAIN, 1, 0, 0);
        source_close(s);
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_places365_as_its_archives_and_pytorch_leave_it),
        IN_FOLDER(test_a_list_by_its_path_is_one_to_train_with),
        IN_FOLDER(test_csv_has_columns_in_any_order_and_quotes),
        IN_FOLDER(test_csv_as_others_write_it),
        IN_FOLDER(test_lists_beside_each_other),
        IN_FOLDER(test_a_tenth_is_apart_where_nothing_says_which),
        IN_FOLDER(test_whole_paths_are_taken_from_a_list_that_is_named),
        IN_FOLDER(test_wrong_lines_are_told_by_their_number),
        IN_FOLDER(test_there_may_be_so_many_classes_and_no_more),
        IN_FOLDER(test_other_text_files_are_no_lists),
        IN_FOLDER(test_images_may_be_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
