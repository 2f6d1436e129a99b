/* Whether threads that decode yield to those that compute: what is found is what was quicker. */
#include "tests/support/check.h"

#include "data/pace.h"

enum { LONG = 2000 };

/* How many of so many batches were made yielding, where a batch takes this long in each way. */
static int yielding(struct pace *p, int batches, double going_on, double yielded)
{
    int count = 0;

    for (int i = 0; i < batches; i++) {
        count += p->yields;
        pace_note(p, p->yields ? yielded : going_on);
    }
    return count;
}

static void test_the_quicker_way_is_found(void **state)
{
    struct pace p = { 0 }, other = { 0 };
    (void)state;

    assert_true(yielding(&p, LONG, 0.03, 0.02) > LONG * 8 / 10);
    assert_true(yielding(&other, LONG, 0.02, 0.03) < LONG * 2 / 10);
}

static void test_a_change_is_noticed(void **state)
{
    struct pace p = { 0 };
    (void)state;

    yielding(&p, LONG, 0.03, 0.02);
    yielding(&p, LONG / 2, 0.02, 0.03);
    assert_true(yielding(&p, LONG, 0.02, 0.03) < LONG * 2 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_quicker_way_is_found),
        cmocka_unit_test(test_a_change_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
