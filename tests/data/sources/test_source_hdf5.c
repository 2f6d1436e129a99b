#include "tests/support/check.h"

#include "base/asset.h"
#include "data/sources/source_hdf5.h"
#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/hdf5_parts.h"

static void expect_parts_fail(const char *folder, const struct part parts[PARTS], const char *words)
{
    const char *path = folder_path(folder, "bad.h5");

    hdf5_parts_write(path, parts, PARTS);
    hdf5_parts_refused(path, words);
}

static void test_every_form_of_the_layout_is_read(void **state)
{
    const char *path = folder_path(*state, "good.hdf5");
    static struct made made;
    struct part parts[PARTS];
    struct dataset_info info;

    hdf5_parts_good(parts, &made);
    hdf5_parts_write(path, parts, PARTS); /* (N,H,W) and (N), not chunked */
    struct source *s = hdf5_parts_open(path);
    data_expect(s, TRAIN, TEST);
    source_describe(s, &info);
    assert_int_equal(info.channels, 1);
    assert_string_equal(info.name, "good");
    source_close(s);

    /* (N,H,W,C) in chunks that cut images in pieces, (N,1) of other types, x_valid for x_test */
    hdf5_parts_make(&made, 3);
    for (int x = X_TRAIN; x <= X_TEST; x += X_TEST - X_TRAIN) {
        parts[x].rank = 4;
        parts[x].size[3] = 3;
        memcpy(parts[x].chunk, (hsize_t[]){ 5, 3, 2, 1 }, sizeof parts[x].chunk);
        parts[x + 1].rank = 2;
        parts[x + 1].size[1] = 1;
    }
    parts[Y_TRAIN].type = H5T_STD_U8BE;
    parts[Y_TEST].type = H5T_STD_I16LE;
    parts[X_TEST].name = "x_valid";
    parts[Y_TEST].name = "y_valid";
    hdf5_parts_write(path, parts, PARTS);
    s = hdf5_parts_open(path);
    data_expect(s, TRAIN, TEST);
    source_describe(s, &info);
    assert_int_equal(info.channels, 3);
    source_close(s);
}

/* As replicas that train together do, and who looks at the set of a run that streams it. */
static void test_a_set_that_is_open_is_opened_again(void **state)
{
    const char *path = folder_path(*state, "twice.h5");
    static struct made made;
    struct part parts[PARTS];

    hdf5_parts_good(parts, &made);
    hdf5_parts_write(path, parts, PARTS);
    struct source *first = hdf5_parts_open(path), *second = hdf5_parts_open(path);

    data_expect(second, TRAIN, TEST);
    source_close(second);
    data_expect(first, TRAIN, TEST);
    source_close(first);
}

static void test_class_names_are_read_in_both_forms(void **state)
{
    static const char fixed[10][8] = { "cat",
                                       "K\xc3\xa4"
                                       "fer",
                                       "2",
                                       "3",
                                       "4",
                                       "5",
                                       "6",
                                       "7",
                                       "8",
                                       "eightch!" };
    static const char *const variable[10] = { "cat", "Käfer", "2", "3", "4", "5", "6", "7", "8", "eightch!" };
    const char *path = folder_path(*state, "named.h5");
    static struct made made;
    struct part parts[PARTS];
    hid_t types[2] = { H5Tcopy(H5T_C_S1), H5Tcopy(H5T_C_S1) };

    H5Tset_size(types[0], 8);
    H5Tset_strpad(types[0], H5T_STR_NULLPAD); /* as numpy writes them */
    H5Tset_size(types[1], H5T_VARIABLE);
    H5Tset_cset(types[1], H5T_CSET_UTF8);
    for (int form = 0; form < 2; form++) {
        struct dataset_info info;

        hdf5_parts_good(parts, &made);
        parts[NAMES] = (struct part){ "class_names",
                                      types[form],
                                      types[form],
                                      1,
                                      { 10 },
                                      { 0 },
                                      form ? (const void *)variable : (const void *)fixed };
        hdf5_parts_write(path, parts, PARTS);
        struct source *s = hdf5_parts_open(path);
        source_describe(s, &info);
        assert_int_equal(info.classes, 10);
        for (int i = 0; i < 10; i++)
            assert_string_equal(info.class_names[i], variable[i]);
        source_close(s);
        H5Tclose(types[form]);
    }
}

static void test_what_is_missing_is_named(void **state)
{
    static struct made made;
    struct part parts[PARTS];

    hdf5_parts_good(parts, &made);
    parts[X_TRAIN].rank = 0;
    expect_parts_fail(*state, parts, "has no x_train; cuvette reads HDF5 files with x_train, y_train and x_test");
    hdf5_parts_good(parts, &made);
    parts[Y_TEST].rank = 0;
    expect_parts_fail(*state, parts, "has x_test, but no y_test");
    hdf5_parts_good(parts, &made);
    parts[X_TEST].rank = 0;
    expect_parts_fail(*state, parts, "has no x_test and no x_valid");
}

static void test_a_wrong_type_is_told(void **state)
{
    static struct made made;
    struct part parts[PARTS];

    hdf5_parts_good(parts, &made);
    parts[X_TRAIN].type = H5T_IEEE_F32LE;
    expect_parts_fail(*state, parts, "images in x_train are floating-point numbers, but those in x_test bytes");
    parts[X_TRAIN].type = H5T_STD_I32LE;
    expect_parts_fail(*state, parts, "x_train holds 32-bit whole numbers; images must be uint8, 0 to 255, or floating");
    parts[X_TRAIN].type = H5T_STD_I8LE;
    expect_parts_fail(*state, parts, "x_train holds 8-bit signed whole numbers; images must be uint8");
    hdf5_parts_good(parts, &made);
    parts[Y_TRAIN].type = H5T_IEEE_F64LE;
    expect_parts_fail(*state, parts, "y_train holds no whole numbers");
    hdf5_parts_good(parts, &made);
    parts[NAMES] = parts[Y_TEST];
    parts[NAMES].name = "class_names";
    expect_parts_fail(*state, parts, "class_names is not a list of texts");
}

static void test_a_wrong_shape_is_told(void **state)
{
    static struct made made;
    struct part parts[PARTS];

    hdf5_parts_good(parts, &made);
    parts[X_TRAIN].rank = 4; /* channels first */
    memcpy(parts[X_TRAIN].size, (hsize_t[]){ TRAIN, 1, 4, 5 }, sizeof parts[X_TRAIN].size);
    expect_parts_fail(*state, parts, "x_train is 23×1×4×5; images must be (count, height, width)");
    hdf5_parts_good(parts, &made);
    parts[X_TEST].size[1] = HEIGHT - 1;
    expect_parts_fail(*state, parts, "images in x_train are 4×5×1, but those in x_test 3×5×1");
    hdf5_parts_good(parts, &made);
    parts[Y_TRAIN].rank = 2;
    memcpy(parts[Y_TRAIN].size, (hsize_t[]){ 11, 2 }, 2 * sizeof(hsize_t));
    expect_parts_fail(*state, parts, "y_train is 11×2; labels are one class number an image");
}

static void test_counts_that_disagree_are_told(void **state)
{
    static struct made made;
    struct part parts[PARTS];

    hdf5_parts_good(parts, &made);
    parts[Y_TRAIN].size[0] = TRAIN - 1;
    expect_parts_fail(*state, parts, "x_train has 23 images, but y_train has 22 labels");
}

static void test_labels_out_of_range_are_told(void **state)
{
    static const char class_names[3][4] = { "a", "b", "c" };
    static struct made made;
    struct part parts[PARTS];
    hid_t text = H5Tcopy(H5T_C_S1);

    hdf5_parts_good(parts, &made);
    made.labels[SPLIT_TRAIN][4] = -1;
    expect_parts_fail(*state, parts, "label 4 in y_train is -1, which is not in 0…1023");
    hdf5_parts_good(parts, &made);
    H5Tset_size(text, 4);
    parts[NAMES] = (struct part){ "class_names", text, text, 1, { 3 }, { 0 }, class_names };
    expect_parts_fail(*state, parts, "label 1 in y_train is 3, which is not in 0…2");
    H5Tclose(text);
}

static void make_numbers(struct part *part, enum split split, uint32_t count, double scale, double move, double *values)
{
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < HEIGHT * WIDTH; k++)
            values[i * HEIGHT * WIDTH + k] = data_pixel(split, i, k) * scale + move;
    part->given = H5T_NATIVE_DOUBLE;
    part->values = values;
}

static void test_numbers_become_bytes(void **state)
{
    static double train[TRAIN * HEIGHT * WIDTH], test[TEST * HEIGHT * WIDTH];
    static struct made made;
    const struct {
        hid_t type;
        double scale, move;
        const char *stored;
    } cases[] = {
        { H5T_IEEE_F32LE, 1 / 255.0, 0, "floating-point numbers from 0 to 1" },
        { H5T_IEEE_F64BE, 1 / 127.5, -1, "floating-point numbers from -1 to 1" },
        { H5T_IEEE_F32BE, 1, 0, "floating-point numbers from 0 to 255" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = folder_path(*state, "floats.h5");
        struct part parts[PARTS];
        struct dataset_info info;

        hdf5_parts_good(parts, &made);
        parts[X_TRAIN].type = parts[X_TEST].type = cases[i].type;
        make_numbers(&parts[X_TRAIN], SPLIT_TRAIN, TRAIN, cases[i].scale, cases[i].move, train);
        make_numbers(&parts[X_TEST], SPLIT_TEST, TEST, cases[i].scale, cases[i].move, test);
        hdf5_parts_write(path, parts, PARTS);
        struct source *s = hdf5_parts_open(path);

        source_describe(s, &info);
        assert_string_equal(info.stored, cases[i].stored);
        data_expect(s, TRAIN, TEST);
        source_close(s);
        make_numbers(&parts[X_TEST], SPLIT_TEST, TEST, 3, -9, test);
        expect_parts_fail(*state, parts, "in x_test: a pixel is ");
        make_numbers(&parts[X_TRAIN], SPLIT_TRAIN, TRAIN, 0.02, -2.5, train);
        expect_parts_fail(*state, parts, "x_train: its numbers go from -2.");
    }
}

static void test_the_digits_are_built_in(void **state)
{
    const struct asset *digits = asset_find("digits.h5");
    struct error e = { 0 };
    struct dataset_info info;
    (void)state;

    assert_non_null(digits);
    struct source *s = source_hdf5_open_image(digits->bytes, digits->size, "digits", &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_int_equal(info.count[SPLIT_TRAIN], 6000);
    assert_int_equal(info.count[SPLIT_TEST], 1000);
    assert_int_equal(info.classes, 10);

    struct source *loaded = source_memory_load(s, NULL, NULL, &e);
    assert_non_null(loaded);
    assert_int_equal(source_memory_labels(loaded, SPLIT_TRAIN)[0], 5);
    source_close(loaded);
    source_close(s);
    assert_null(source_hdf5_open_image("no HDF5", 7, "digits", &e));
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_every_form_of_the_layout_is_read),
        IN_FOLDER(test_a_set_that_is_open_is_opened_again),
        IN_FOLDER(test_class_names_are_read_in_both_forms),
        IN_FOLDER(test_what_is_missing_is_named),
        IN_FOLDER(test_a_wrong_type_is_told),
        IN_FOLDER(test_a_wrong_shape_is_told),
        IN_FOLDER(test_counts_that_disagree_are_told),
        IN_FOLDER(test_labels_out_of_range_are_told),
        IN_FOLDER(test_numbers_become_bytes),
        cmocka_unit_test(test_the_digits_are_built_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
