/* Lines of steps that are scanned have the numbers that a JSON parser reads, bit for bit. */
#include "tests/support/check.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "run/metrics.h"
#include "run/metrics_scan.h"
#include "tests/support/chance.h"
#include "tests/support/folder.h"

enum { LINES = 4000 };

static double drawn(struct chance *r)
{
    static const double odd[] = { NAN, INFINITY, 0, -1.5, 1e30, 1e-30, DBL_MAX, DBL_MIN, 123456789, 4e9 };
    double value = chance_int(r, 1, 1000000000) * pow(10, chance_int(r, -14, 3));

    return chance_int(r, 0, 9) == 0 ? odd[chance_int(r, 0, sizeof odd / sizeof *odd - 1)] : value;
}

static struct point drawn_point(struct chance *r)
{
    return (struct point){ .position = drawn(r),
                           .loss = (float)drawn(r),
                           .accuracy = (float)drawn(r),
                           .learning_rate = (float)drawn(r),
                           .seconds = drawn(r),
                           .images_per_second = (float)drawn(r),
                           .steps = chance_int(r, 0, 1) ? 1 : 4,
                           .loss_low = (float)drawn(r),
                           .loss_high = (float)drawn(r),
                           .accuracy_low = (float)drawn(r),
                           .accuracy_high = (float)drawn(r) };
}

static void assert_same(double number, const json_t *object, const char *key, bool narrow)
{
    const json_t *value = json_object_get(object, key);
    double expected = json_is_number(value) ? json_number_value(value) : NAN;

    if (isnan(expected))
        assert_true(isnan(number));
    else
        assert_true(number == (narrow ? (double)(float)expected : expected));
}

static void assert_parsed(const struct point *p, double steps, const char *line)
{
    json_t *object = json_loads(line, 0, NULL);

    assert_non_null(object);
    if (json_object_get(object, "steps")) {
        assert_same(steps, object, "steps", false);
        assert_same((double)p->loss_low, object, "loss_low", true);
        assert_same((double)p->loss_high, object, "loss_high", true);
        assert_same((double)p->accuracy_low, object, "accuracy_low", true);
        assert_same((double)p->accuracy_high, object, "accuracy_high", true);
    } else {
        assert_true(steps == 1);
    }
    assert_same(p->position, object, "epoch", false);
    assert_same((double)p->loss, object, "loss", true);
    assert_same((double)p->accuracy, object, "accuracy", true);
    assert_same((double)p->learning_rate, object, "learning_rate", true);
    assert_same(p->seconds, object, "seconds", false);
    assert_same((double)p->images_per_second, object, "images_per_second", true);
    json_decref(object);
}

static void test_what_is_scanned_is_what_a_parser_reads(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct chance r = { .seed = 14 };
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    char line[512];
    int scanned = 0, groups = 0;

    assert_non_null(w);
    for (size_t i = 0; i < LINES; i++)
        assert_true(metrics_step(w, drawn_point(&r), &e));
    assert_true(metrics_close(w, &e));

    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct point p;
        double step, steps;

        if (!metrics_scan_step(line, strlen(line), &step, &steps, &p))
            continue;
        assert_parsed(&p, steps, line);
        scanned++;
        groups += steps > 1;
    }
    fclose(file);
    assert_in_range(scanned, LINES / 10, LINES);
    assert_in_range(groups, LINES / 50, LINES / 2);
}

static void test_the_numbers_of_a_run_are_scanned(void **state)
{
    const char line[] = "{\"kind\":\"step\",\"step\":300000,\"epoch\":12.0000128,\"loss\":2.9802322e-08,"
                        "\"accuracy\":1.0,"
                        "\"learning_rate\":0.00100000005,\"seconds\":8123.25,\"images_per_second\":null}\n";
    struct point p;
    double step, steps;
    (void)state;

    assert_true(metrics_scan_step(line, strlen(line), &step, &steps, &p));
    assert_true(step == 300000);
    assert_parsed(&p, steps, line);
}

static void test_other_lines_are_left_to_the_parser(void **state)
{
    static const char *const epochs[] = {
        "null", "01", "1.", ".5", "-", "1e", "0x10", "+1", "1e999", "-0.0", "\"1\"", "", "1 ", "nan", "[1]",
        "12345678901234567890",
    };
    static const char head[] = "{\"kind\":\"step\",\"step\":1,\"epoch\":";
    static const char group[] = "{\"kind\":\"step\",\"step\":1,\"epoch\":1,\"loss\":1,\"accuracy\":1,"
                                "\"learning_rate\":1,\"seconds\":1,\"images_per_second\":1,\"steps\":2,"
                                "\"loss_low\":1,\"loss_high\":1,"
                                "\"accuracy_low\":1,\"accuracy_high\":1}\n";
    static const char tail[] = ",\"loss\":1,\"accuracy\":1,\"learning_rate\":1,\"seconds\":1,"
                               "\"images_per_second\":1}\n";
    char line[512];
    struct point p;
    double step, steps;
    (void)state;

    snprintf(line, sizeof line, "%s1%s", head, tail);
    assert_true(metrics_scan_step(line, strlen(line), &step, &steps, &p));
    for (size_t cut = 0; cut < strlen(line); cut++)
        assert_false(metrics_scan_step(line, cut, &step, &steps, &p));
    assert_true(metrics_scan_step(group, strlen(group), &step, &steps, &p));
    assert_true(steps == 2);
    for (size_t cut = 0; cut < strlen(group); cut++)
        assert_false(metrics_scan_step(group, cut, &step, &steps, &p));
    for (size_t i = 0; i < sizeof epochs / sizeof *epochs; i++) {
        snprintf(line, sizeof line, "%s%s%s", head, epochs[i], tail);
        assert_false(metrics_scan_step(line, strlen(line), &step, &steps, &p));
    }
    snprintf(line, sizeof line, "%s1%s ", head, tail);
    assert_false(metrics_scan_step(line, strlen(line), &step, &steps, &p));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_scanned_is_what_a_parser_reads),
        TEST(test_the_numbers_of_a_run_are_scanned),
        TEST(test_other_lines_are_left_to_the_parser),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
