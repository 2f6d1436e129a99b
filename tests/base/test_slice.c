/* Slices of a batch: each row is one rank's, and none has two more than another. */
#include "tests/support/check.h"

#include "base/slice.h"

static void test_each_row_is_in_one_slice(void **state)
{
    static const uint32_t wholes[] = { 0, 1, 2, 3, 7, 32, 100, 65536, UINT32_MAX };
    static const int ranks[] = { 1, 2, 3, 4, 7, 64, 4096 };
    (void)state;

    for (size_t w = 0; w < sizeof wholes / sizeof *wholes; w++)
        for (size_t k = 0; k < sizeof ranks / sizeof *ranks; k++) {
            const uint32_t most = (uint32_t)slice_most(wholes[w], share_equal(0, ranks[k]));
            const uint32_t least = most > 0 ? most - 1 : 0;
            uint32_t at = 0;
            bool has_most = false;

            for (int r = 0; r < ranks[k]; r++) {
                const struct slice s = slice_of(wholes[w], share_equal(r, ranks[k]));

                assert_true(s.begin == at && s.end >= s.begin);
                assert_in_range(s.end - s.begin, least, most);
                has_most = has_most || s.end - s.begin == most;
                at = s.end;
            }
            assert_true(at == wholes[w]);
            assert_true(has_most);
        }
}

static void test_no_ranks_are_one(void **state)
{
    const struct slice all = slice_of(10, (struct batch_share){ .all = 0 });
    (void)state;

    assert_true(all.begin == 0 && all.end == 10);
    assert_true(slice_most(10, share_equal(0, 0)) == 10);
}

/* Of a batch of all parts each row is of its own rank; of others slices follow each other, too. */
static void test_shares_differ(void **state)
{
    static const struct batch_share shares[] = { { 0, 40, 64 }, { 40, 1, 64 }, { 41, 23, 64 } };
    (void)state;

    for (uint32_t whole = 0; whole <= 200; whole++) {
        uint32_t at = 0;

        for (size_t r = 0; r < sizeof shares / sizeof *shares; r++) {
            const struct slice s = slice_of(whole, shares[r]);

            assert_true(s.begin == at && s.end >= s.begin);
            assert_true(s.end - s.begin <= slice_most(whole, shares[r]));
            assert_true(whole != 64 || s.end - s.begin == shares[r].own);
            at = s.end;
        }
        assert_true(at == whole);
    }
}

static void test_some_have_none_where_there_are_fewer_rows_than_ranks(void **state)
{
    int empty = 0;
    (void)state;

    for (int r = 0; r < 5; r++) {
        const struct slice s = slice_of(2, share_equal(r, 5));

        empty += s.begin == s.end;
    }
    assert_int_equal(empty, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row_is_in_one_slice),
        cmocka_unit_test(test_no_ranks_are_one),
        cmocka_unit_test(test_shares_differ),
        cmocka_unit_test(test_some_have_none_where_there_are_fewer_rows_than_ranks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
