#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/term/flow.h"

static bool ready(const struct flow *f, double now)
{
    double seconds;

    return flow_ready(f, now, &seconds);
}

static void test_one_frame_is_in_flight(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, 0);
    assert_true(ready(&f, 0));
    flow_frame(&f, 2000, 0);
    assert_false(ready(&f, 0.3));
    flow_answer(&f, 0.4);
    assert_true(ready(&f, 0.4));
    flow_frame(&f, 20, 5);
    assert_false(ready(&f, 5));
    flow_answer(&f, 5.25);

    struct traffic traffic = flow_traffic(&f, 5.25);
    assert_true(traffic.answers);
    assert_true(traffic.round_trip > 0.249 && traffic.round_trip < 0.251);
    assert_int_equal(traffic.bytes, 2020);
    assert_int_equal(traffic.frames, 2);
}

static void test_a_terminal_that_never_answers_gets_two_frames_a_second(void **state)
{
    struct flow f;
    double seconds;
    int frames = 0;
    (void)state;

    flow_begin(&f, 0);
    for (double now = 0; now < 10; now += 0.01)
        if (ready(&f, now)) {
            flow_frame(&f, 10, now);
            frames++;
        }
    assert_in_range(frames, 18, 20);
    assert_false(flow_traffic(&f, 10).answers);
    flow_frame(&f, 10, 11);
    assert_false(flow_ready(&f, 11.1, &seconds));
    assert_true(seconds > 0.39 && seconds < 0.41); /* the loop knows when to ask again */
    flow_answer(&f, 11.2); /* it answers after all */
    assert_true(ready(&f, 11.2));
    flow_frame(&f, 10, 12);
    assert_false(ready(&f, 14));
}

static void test_a_stalled_link_gets_no_backlog_but_is_not_waited_for_for_ever(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, 0);
    flow_frame(&f, 10, 0);
    flow_answer(&f, 0.1);
    flow_frame(&f, 10, 1);
    assert_false(ready(&f, 29));
    assert_true(ready(&f, 31.5));
}

static void test_the_rate_is_over_the_last_ten_seconds(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, 100);
    flow_frame(&f, 3000, 100); /* the first screen */
    assert_true(flow_traffic(&f, 102).bytes_per_second > 1000);
    for (int second = 1; second <= 30; second++) {
        flow_answer(&f, 100 + second);
        flow_frame(&f, 50, 100 + second);
    }
    double rate = flow_traffic(&f, 130.5).bytes_per_second;
    assert_true(rate > 45 && rate < 56);
    assert_true(flow_traffic(&f, 150).bytes_per_second == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_frame_is_in_flight),
        cmocka_unit_test(test_a_terminal_that_never_answers_gets_two_frames_a_second),
        cmocka_unit_test(test_a_stalled_link_gets_no_backlog_but_is_not_waited_for_for_ever),
        cmocka_unit_test(test_the_rate_is_over_the_last_ten_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
