#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/gpu/gpu_readings.h"
#include "tui/devices/devices_layout.h"

static int inside(const struct devices_layout *l, enum devices_place p)
{
    return l->place[p].rows == 0 ? 0 : l->place[p].rows - (p == DEVICES_NODE ? 2 : 1);
}

/* The boxes stand on one another, as wide as the view, and leave no row. */
static void assert_stacked(const struct devices_layout *l, int rows, int columns)
{
    int row = 0;

    for (enum devices_place p = 0; p < DEVICES_PLACES; p++) {
        struct rectangle r = l->place[p];

        if (r.rows == 0)
            continue;
        assert_int_equal(r.row, row);
        assert_int_equal(r.column, 0);
        assert_int_equal(r.columns, columns);
        row += r.rows;
    }
    assert_int_equal(row, rows);
}

static void test_every_size_and_number_of_gpus(void **state)
{
    static const int cores[] = { 1, 4, 17, 128, 256 };
    (void)state;

    for (int rows = 10; rows <= 70; rows++)
        for (int columns = 40; columns <= 220; columns += 9)
            for (int gpus = 0; gpus <= GPUS_MAX; gpus++)
                for (size_t i = 0; i < sizeof cores / sizeof *cores; i++) {
                    struct devices_layout l = devices_layout_make(rows, columns, gpus, cores[i]);

                    assert_stacked(&l, rows, columns);
                    assert_true(inside(&l, DEVICES_NODE) >= NODE_ROWS_LEAST);
                    assert_true(l.core_rows >= 1 && l.core_rows <= inside(&l, DEVICES_NODE) - 2);
                    assert_true(inside(&l, DEVICES_GPUS) >= (gpus == 0 ? 2 : l.gpu_rows));
                    assert_true(l.gpu_rows == 1 || inside(&l, DEVICES_GPUS) == gpus * l.gpu_rows);
                    assert_true(gpus > 0 || inside(&l, DEVICES_GPU) == 0);
                    if (gpus > 4)
                        assert_true(inside(&l, DEVICES_GPUS) >= 4);
                }
}

static void test_one_gpu_is_a_card_wherever_there_is_a_screen(void **state)
{
    (void)state;
    for (int rows = 10; rows <= 70; rows++)
        assert_true(devices_layout_make(rows, 40, 1, 4).gpu_rows >= GPU_CARD_ROWS);
}

static void test_an_ordinary_screen_shows_eight_gpus_one_in_detail_and_the_node(void **state)
{
    struct devices_layout l = devices_layout_make(22, 80, 8, 128);
    (void)state;

    assert_int_equal(inside(&l, DEVICES_GPUS), 8);
    assert_true(inside(&l, DEVICES_GPU) >= 5);
    assert_true(inside(&l, DEVICES_NODE) >= 5);
}

static void test_a_low_screen_gives_up_the_detail(void **state)
{
    struct devices_layout l = devices_layout_make(10, 40, 8, 4);
    (void)state;

    assert_int_equal(inside(&l, DEVICES_GPU), 0);
    assert_int_equal(inside(&l, DEVICES_GPUS), 4);
    assert_int_equal(inside(&l, DEVICES_NODE), 3);
}

static void test_a_large_screen_makes_the_cards_taller(void **state)
{
    (void)state;
    assert_true(devices_layout_make(48, 132, 2, 4).gpu_rows > GPU_CARD_ROWS);
}

/* 128 cores take two rows of a wide screen, and none of them is lost where there is room. */
static void test_many_cores_wrap(void **state)
{
    struct devices_layout l = devices_layout_make(48, 132, 1, 128);
    (void)state;

    assert_int_equal(l.core_rows, 2);
    assert_true(l.core_rows * devices_layout_cores_in(132 - 2 - 6) >= 128);
    assert_int_equal(devices_layout_cores_in(17), 16);
    assert_int_equal(devices_layout_cores_in(16), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_and_number_of_gpus),
        cmocka_unit_test(test_one_gpu_is_a_card_wherever_there_is_a_screen),
        cmocka_unit_test(test_an_ordinary_screen_shows_eight_gpus_one_in_detail_and_the_node),
        cmocka_unit_test(test_a_low_screen_gives_up_the_detail),
        cmocka_unit_test(test_a_large_screen_makes_the_cards_taller),
        cmocka_unit_test(test_many_cores_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
