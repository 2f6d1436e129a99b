/* The catalogue of what can be fetched: the built-in one, and what users add. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/asset.h"
#include "base/path.h"
#include "fetch/offer.h"
#include "tests/support/folder.h"

#define SUM "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"

static int own_home(void **state)
{
    return folder_setup(state) || setenv("CUVETTE_HOME", *state, 1);
}

/* A network that is fetched has the layers of the preset of its name. */
static void assert_is_a_preset(const char *name)
{
    char recipe[80];

    snprintf(recipe, sizeof recipe, "recipes/%s.ini", name);
    assert_non_null(asset_find(recipe));
}

static void test_the_built_in_ones_are_there(void **state)
{
    static const char *const names[] = { "mnist",           "fashion-mnist", "kmnist",           "cifar10",
                                         "cifar100",        "svhn",          "places365-small",  "imagenette",
                                         "weights/resnet50", "weights/vgg16" };
    struct offers o;
    struct error e;
    (void)state;

    assert_good(offers_read(&o, &e), e);
    assert_int_equal(o.count, sizeof names / sizeof *names);
    for (int i = 0; i < o.count; i++) {
        assert_string_equal(o.entries[i].name, names[i]);
        assert_true(o.entries[i].help[0] && o.entries[i].cite[0]);
        assert_true(o.entries[i].unpacked >= offer_bytes(&o.entries[i]) || o.entries[i].unpack);
        if (offer_is_weights(o.entries[i].name))
            assert_is_a_preset(path_name(o.entries[i].name));
    }
    assert_int_equal(offer_bytes(offers_find(&o, "cifar100", &e)), 168513733);
    assert_null(offers_find(&o, "cifar-10", &e));
    assert_non_null(strstr(e.text, "did you mean cifar10?"));
    assert_non_null(strstr(e.text, "imagenette"));
    offers_free(&o);
}

static void test_users_add_and_replace(void **state)
{
    struct offers o;
    struct error e;

    folder_put(*state, "config/datasets.ini",
               "[mnist]\nmirror = http://nearby/mnist\nfile = all.tar 10 " SUM "\n"
               "unpack = yes\nstrip = 2\nunpacked = 20\n"
               "[flowers]\nhelp = of the garden\nmirror = https://a/\nmirror = https://b/\n"
               "file = x.gz 7 md5:900150983cd24fb0d6963f7d28e17f72\nfile = y.gz 8 " SUM "\n");
    assert_good(offers_read(&o, &e), e);
    assert_int_equal(o.count, 11);

    const struct offer *mnist = offers_find(&o, "mnist", &e), *flowers = offers_find(&o, "flowers", &e);
    assert_string_equal(mnist->mirrors[0], "http://nearby/mnist/");
    assert_int_equal(mnist->n_files, 1);
    assert_int_equal(mnist->strip, 2);
    assert_string_equal(mnist->help, "");
    assert_int_equal(flowers->n_mirrors, 2);
    assert_false(flowers->unpack);
    assert_int_equal(flowers->unpacked, 15);
    offers_free(&o);
}

static void test_what_is_wrong_is_told_with_its_line(void **state)
{
#define MIRROR "mirror = https://a/\n"
#define FILE_ "file = a 1 " SUM "\n"
    static const struct {
        const char *text, *says;
    } wrong[] = {
        { "[a]\nmiror = https://a/\n", "datasets.ini:2: there is no key 'miror'" },
        { "[a]\nmirror = ftp://a/\n", ":2: a mirror begins with https://" },
        { "[a]\nmirror = file:///etc/\n", ":2: a mirror begins with https://" },
        { "[a]\n" MIRROR "file = ../a 1 " SUM "\n", ":3: '../a' cannot be the name" },
        { "[a]\n" MIRROR "file = .a 1 " SUM "\n", ":3: '.a' cannot be the name" },
        { "[a]\n" MIRROR "file = a 0 " SUM "\n", ":3: '0' is not a number of bytes" },
        { "[a]\n" MIRROR "file = a 1\n", ":3: a file is 'NAME BYTES sha256:" },
        { "[a]\n" MIRROR "file = a 1 sha256:00\n", ":3: 'sha256:00' is not a checksum" },
        { "[a]\n" MIRROR "file = a 1 sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709\n", "is not a checksum" },
        { "[../a]\n" MIRROR, ":2: [../a] cannot be the name" },
        { "[.a]\n" MIRROR, "[.a] cannot be the name" },
        { "[a]\n" MIRROR "[b]\n" MIRROR, ":4: [a] has no file" },
        { "[a]\n" FILE_, "datasets.ini: [a] has no mirror" },
        { "[a]\n" MIRROR FILE_ "unpack = yes\n", "[a] does not say how many bytes it has unpacked" },
        { "[a]\n" MIRROR "strip = 9\n", ":3: strip is a whole number 0" },
        { "[a]\nunpack = maybe\n", ":2: unpack is yes or no" },
        { "[a]\n" MIRROR MIRROR MIRROR MIRROR MIRROR MIRROR MIRROR, ":8: there are more than 6 mirrors" },
        { "[a]\n" FILE_ FILE_ FILE_ FILE_ FILE_ FILE_ FILE_ FILE_ FILE_, ":10: there are more than 8 files" },
        { "nonsense\n", ":1: neither a [section]" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct offers o;
        struct error e = { 0 };

        folder_put(*state, "config/datasets.ini", wrong[i].text);
        assert_bad(offers_read(&o, &e), e, wrong[i].says);
        assert_int_equal(e.kind, ERROR_INPUT);
        assert_true(o.count >= 10); /* the built-in ones are there all the same */
        offers_free(&o);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, own_home, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_built_in_ones_are_there),
        TEST(test_users_add_and_replace),
        TEST(test_what_is_wrong_is_told_with_its_line),
    };

    return cmocka_run_group_tests_name("what can be fetched", tests, NULL, NULL);
}
