/* The shares of a batch: as a recipe has them, and as they are found by speed. */
#include "tests/support/check.h"

#include <stdio.h>

#include "nn/recipe/shares.h"

static void words_and_lists_are_read(void **state)
{
    static const struct {
        const char *text;
        enum shares_kind kind;
        int count;
    } good[] = {
        { "auto", SHARES_AUTO, 0 },    { "equal", SHARES_EQUAL, 0 },       { "measured", SHARES_MEASURED, 0 },
        { "40,24", SHARES_LISTED, 2 }, { "3x40,24,2x1", SHARES_LISTED, 6 }, { "7", SHARES_LISTED, 1 },
        { "4096x65536", SHARES_LISTED, 4096 },
    };
    static const char *const bad[] = { "", ",", "40,", "40,,24", "0", "40,0", "0x3", "x3", "3x", "3x4x5", "-1", "4 5",
                                       "65537", "4097x1", "4096x1,1", "99999999999999999999", "Equal", "40;24", "1.5" };
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct error e = { 0 };

        assert_good(shares_check(good[i].text, &e), e);
        assert_int_equal(shares_kind(good[i].text), good[i].kind);
        assert_int_equal(shares_count(good[i].text), good[i].count);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error e = { 0 };

        assert_bad(shares_check(bad[i], &e), e, "takes auto, equal, measured, or a share for each device");
    }
}

static void each_rank_has_its_own(void **state)
{
    static const uint32_t expected[] = { 40, 40, 40, 24, 1 };
    uint32_t before = 0;
    (void)state;

    for (int rank = 0; rank < 5; rank++) {
        const struct batch_share s = shares_of("3x40,24,1", rank, 5);

        assert_true(s.before == before && s.own == expected[rank] && s.all == 145);
        before += s.own;
    }
    assert_int_equal(shares_largest("1,3x40,24", 5).own, 40);
    assert_true(shares_of("equal", 1, 3).own == 1 && shares_of("equal", 1, 3).all == 3);
    assert_true(shares_of("40,24", 0, 1).own == 1 && shares_of("40,24", 0, 1).all == 1); /* it is alone */
}

static void a_list_is_for_as_many_as_it_has(void **state)
{
    struct error e = { 0 };
    char text[32] = "40,24";
    (void)state;

    assert_true(shares_fit("auto", 7, &e) && shares_fit(text, 2, &e));
    assert_bad(shares_fit(text, 3, &e), e, "training.shares = 40,24 is for 2 that train together, and there are 3");
    shares_forget(text, sizeof text);
    assert_string_equal(text, "auto");
    snprintf(text, sizeof text, "equal");
    shares_forget(text, sizeof text);
    assert_string_equal(text, "equal");
}

static void expect(int batch, const double *speed, int ranks, const char *expected)
{
    uint32_t images[8];
    char text[64];

    shares_divide(batch, speed, ranks, images);
    assert_true(shares_write(images, ranks, text, sizeof text));
    assert_string_equal(text, expected);
}

static void faster_ones_get_more(void **state)
{
    uint32_t images[64];
    char text[16];
    (void)state;

    expect(64, (const double[]){ 1000, 600 }, 2, "40,24");
    expect(64, (const double[]){ 300, 300, 300, 100 }, 4, "20,2x19,6");
    expect(64, (const double[]){ 1000, 950 }, 2, "2x32"); /* as good as alike */
    expect(63, (const double[]){ 1000, 950 }, 2, "31,32");
    expect(64, (const double[]){ 1e6, 1 }, 2, "63,1"); /* one image at least */
    expect(2, (const double[]){ 5, 1 }, 2, "2x1");
    expect(64, (const double[]){ 1000, 0 }, 2, "2x32"); /* unknown */
    for (int i = 0; i < 64; i++)
        images[i] = (uint32_t)i + 1;
    assert_false(shares_write(images, 64, text, sizeof text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_lists_are_read),
        cmocka_unit_test(each_rank_has_its_own),
        cmocka_unit_test(a_list_is_for_as_many_as_it_has),
        cmocka_unit_test(faster_ones_get_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
