/* Sets of images are told apart by a few numbers, which do not hang on how they are read. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "data/catalogue.h"
#include "data/fingerprint.h"
#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

enum { TRAINED = 70, TESTED = 40, SIDE = 6, CLASSES = 3 };

static struct source *make(uint32_t trained, uint32_t tested, int channels)
{
    return data_memory(trained, tested, SIDE, SIDE, channels, CLASSES);
}

static struct fingerprint print_of(struct source *s)
{
    struct fingerprint print;
    struct error e = { 0 };

    assert_good(fingerprint_take(&print, s, &e), e);
    return print;
}

static bool differs(const struct fingerprint *then, const struct fingerprint *now, char *words, size_t size)
{
    const struct fingerprint_side one = { then, "then" }, other = { now, "now" };

    return fingerprint_differs(one, other, words, size);
}

/* What differs from the set of `make(TRAINED, TESTED, 1)`. Takes the source. */
static void assert_differs(struct source *other, const char *expected)
{
    struct source *s = make(TRAINED, TESTED, 1);
    const struct fingerprint then = print_of(s), now = print_of(other);
    char words[160];

    assert_int_equal(differs(&then, &now, words, sizeof words), expected[0] != '\0');
    assert_string_equal(words, expected);
    source_close(s);
    source_close(other);
}

static struct source *with_label(enum split split, uint32_t image)
{
    struct source *s = make(TRAINED, TESTED, 1);
    int32_t *label = source_memory_labels(s, split) + image;

    *label = (*label + 1) % CLASSES;
    return s;
}

static struct source *with_pixel(enum split split, uint32_t image)
{
    struct source *s = make(TRAINED, TESTED, 1);

    source_memory_images(s, split)[image * SIDE * SIDE] ^= 1;
    return s;
}

static void test_what_differs_is_told(void **state)
{
    (void)state;
    assert_differs(make(TRAINED, TESTED, 1), "");
    assert_differs(make(TRAINED - 1, TESTED, 1), "70 training images then, 69 now");
    assert_differs(make(TRAINED, TESTED + 3, 3), "40 test images then, 43 now; 1 channels then, 3 now");
    assert_differs(with_label(SPLIT_TRAIN, 1), "other training labels"); /* of an image that is not looked at */
    assert_differs(with_label(SPLIT_TEST, 4), "other test labels");
    assert_differs(with_pixel(SPLIT_TRAIN, TRAINED - 1), "other training images");
    assert_differs(with_pixel(SPLIT_TEST, 0), "other test images");
}

static void test_what_is_not_known_differs_from_nothing(void **state)
{
    struct source *s = make(TRAINED, TESTED, 1), *without = make(TRAINED, TESTED, 1);
    struct source_ops ops = *without->ops;
    struct fingerprint print = print_of(s), little;
    char words[160];
    (void)state;

    assert_false(differs(&(struct fingerprint){ 0 }, &print, words, sizeof words));
    assert_false(differs(&print, &(struct fingerprint){ 0 }, words, sizeof words));
    ops.labels = NULL;
    without->ops = &ops;
    little = print_of(without);
    assert_false(differs(&print, &little, words, sizeof words));
    source_close(s);
    source_close(without);
}

/* The next node may have less memory. */
static void test_a_set_is_the_same_held_or_read_from_its_file(void **state)
{
    struct source *s = make(TRAINED, TESTED, 1);
    const char *path = folder_path(*state, "toy.h5");
    struct error e = { 0 };
    char words[160];

    data_pack(s, path);
    source_close(s);

    struct source *held = catalogue_open(path, NULL, 1 << 20, NULL, NULL, &e);
    struct source *read = catalogue_open(path, NULL, 1, NULL, NULL, &e);

    assert_good(held && read, e);
    const struct fingerprint one = print_of(held), other = print_of(read);

    assert_true(one.train_sample != 0 && one.train_sample == other.train_sample);
    assert_false(differs(&one, &other, words, sizeof words));
    source_close(held);
    source_close(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_differs_is_told),
        cmocka_unit_test(test_what_is_not_known_differs_from_nothing),
        cmocka_unit_test_setup_teardown(test_a_set_is_the_same_held_or_read_from_its_file, folder_setup,
                                        folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
