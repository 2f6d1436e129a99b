/* Charts of curves, drawn and decoded again. */
#include "tests/support/check.h"

#include <cairo.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "plot/chart.h"
#include "plot/palette.h"
#include "tests/support/folder.h"

enum { WIDTH = 800, HEIGHT = 500, STEPS = 2000, EPOCHS = 10 };

static double step_x[STEPS], step_y[STEPS], epoch_x[EPOCHS], epoch_y[EPOCHS];

/* Training falls from 2.3 to 0.3, validation is a flat line at 1. */
static struct chart example(void)
{
    struct chart c = {
        .texts = { .title = "mnist-cnn on digits",
                   .subtitle = "a processor · 4 threads",
                   .footer = "2026-11-21 14:03 · cuvette" },
        .x_label = "epoch",
        .y_label = "loss (nats)",
        .n_series = 2,
        .series = { { .name = "train", .count = STEPS, .x = step_x, .y = step_y, .band = true, .color = 0 },
                    { .name = "validation",
                      .count = EPOCHS,
                      .x = epoch_x,
                      .y = epoch_y,
                      .markers = true,
                      .color = 1 } },
    };

    for (int i = 0; i < STEPS; i++) {
        step_x[i] = (i + 1.0) * EPOCHS / STEPS;
        step_y[i] = 0.3 + 2.0 * exp(-step_x[i] / 2) + 0.1 * sin(i);
    }
    for (int i = 0; i < EPOCHS; i++) {
        epoch_x[i] = i + 1;
        epoch_y[i] = 1;
    }
    return c;
}

static struct color curve_color(int position)
{
    return palette_color(palette_of(PALETTE_LIGHT), position);
}

static double dpi = 0; /* 0: what fits the size */

static bool write_chart(const struct chart *c, enum picture_format format, const char *path, int width, int height,
                        struct error *e)
{
    const struct picture picture = chart_picture(c);
    const struct picture_form form = { .width = width, .height = height, .dpi = dpi };

    return picture_write(&picture, format, &form, path, e);
}

/* Writes the chart and decodes the file again. */
static cairo_surface_t *picture(const char *folder, const struct chart *c, int width, int height)
{
    const char *path = folder_path(folder, "chart.png");
    struct error e = { 0 };

    assert_good(write_chart(c, PICTURE_PNG, path, width, height, &e), e);
    cairo_surface_t *surface = cairo_image_surface_create_from_png(path);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(surface), width);
    assert_int_equal(cairo_image_surface_get_height(surface), height);
    assert_int_equal(folder_entries(folder), 1);
    return surface;
}

/* Pixels of exactly this colour in a part of the picture, given in fractions of it. */
static int count_pixels(cairo_surface_t *surface, struct color color, double left, double top, double right,
                        double bottom)
{
    int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
    uint32_t wanted = (uint32_t)lround(color.red * 255) << 16 | (uint32_t)lround(color.green * 255) << 8 |
                      (uint32_t)lround(color.blue * 255);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface), count = 0;

    for (int y = (int)(top * height); y < (int)(bottom * height); y++)
        for (int x = (int)(left * width); x < (int)(right * width); x++)
            count += (((const uint32_t *)(const void *)(data + y * stride))[x] & 0xFFFFFF) == wanted;
    return count;
}

/* The plot reaches from about 0.17 to 0.86 of the height; the loss axis from 0 to 2.5 or 3. */
static void test_curves_are_where_the_data_are(void **state)
{
    struct chart c = example();
    cairo_surface_t *s = picture(*state, &c, WIDTH, HEIGHT);
    struct color train = curve_color(0), validation = curve_color(1);

    assert_true(count_pixels(s, train, 0.1, 0.2, 0.4, 0.7) > 100);     /* steep and high on the left */
    assert_int_equal(count_pixels(s, train, 0.5, 0.2, 1, 0.6), 0);     /* nothing high on the right */
    assert_true(count_pixels(s, train, 0.7, 0.7, 1, 0.86) > 100);      /* low on the right */
    assert_true(count_pixels(s, validation, 0.2, 0.5, 1, 0.75) > 100); /* a line across, at 1 of 2.5 or 3 */
    assert_int_equal(count_pixels(s, validation, 0.1, 0.2, 1, 0.45), 0);
    assert_int_equal(count_pixels(s, validation, 0.1, 0.8, 1, 1), 0);
    assert_int_equal(count_pixels(s, (struct color){ 1, 1, 1 }, 0, 0, 1, 0.03), WIDTH * (int)(0.03 * HEIGHT));
    cairo_surface_destroy(s);
}

/* Batches of 1, 2, 4 … stand at equal distances, and each is a tick. */
static void test_a_logarithmic_axis_has_its_ticks_where_the_points_are(void **state)
{
    static const double batches[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 };
    enum { COUNT = sizeof batches / sizeof *batches };
    struct chart c = { .n_stops = COUNT, .stops = batches, .x_label = "batch", .y_label = "images/s", .n_series = 1,
                       .series = { { .name = "cpu", .count = COUNT, .x = batches, .y = batches, .markers = true } } };
    struct error e = { 0 };
    char label[32];

    assert_good(write_chart(&c, PICTURE_SVG, folder_path(*state, "chart.svg"), CHART_WIDTH, CHART_HEIGHT, &e), e);
    char *svg = folder_text(*state, "chart.svg");
    double x[COUNT];

    for (int i = 0; i < COUNT; i++) {
        snprintf(label, sizeof label, ">%.0f</text>", batches[i]);
        char *end = strstr(svg, label), *at = NULL;

        assert_non_null(end);
        for (char *from = svg; (from = strstr(from, " x=\"")) && from < end; from++)
            at = from;
        assert_non_null(at);
        x[i] = strtod(at + 4, NULL);
    }
    for (int i = 2; i < COUNT; i++)
        assert_true(fabs((x[i] - x[i - 1]) - (x[1] - x[0])) < 0.1 && x[i] > x[i - 1]);
    free(svg);
    unlink(folder_path(*state, "chart.svg"));
    c.n_stops = 1; /* one device with one batch */
    c.series[0].count = 1;
    cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
}

/* The band of several seeds: its colour is light, and reaches from the least to the greatest. */
static void test_a_band_is_filled_between_its_bounds(void **state)
{
    static double low[EPOCHS], high[EPOCHS];
    struct chart c = example();
    const struct color paper = { 1, 1, 1 };

    c.n_series = 1;
    c.y_high = 4;
    c.series[0] = c.series[1];
    c.series[0].low = low;
    c.series[0].high = high;
    for (int i = 0; i < EPOCHS; i++) {
        low[i] = 1;
        high[i] = 3.5;
    }
    cairo_surface_t *without = picture(*state, &c, WIDTH, HEIGHT);
    c.series[0].spread = true;
    unlink(folder_path(*state, "chart.png"));
    cairo_surface_t *with = picture(*state, &c, WIDTH, HEIGHT);

    assert_true(count_pixels(without, paper, 0.3, 0.35, 0.9, 0.6) > 10000);
    assert_int_equal(count_pixels(with, paper, 0.3, 0.35, 0.9, 0.6), 0);
    assert_true(count_pixels(with, paper, 0.3, 0.75, 0.9, 0.8) > 1000);
    cairo_surface_destroy(without);
    cairo_surface_destroy(with);
}

/* Where an epoch has no number there is no band, and what is before it is not joined to what follows. */
static void test_a_band_has_gaps(void **state)
{
    static double low[EPOCHS], high[EPOCHS];
    struct chart c = example();
    const struct color paper = { 1, 1, 1 };
    enum { LOST = 4, UP = 5 };

    c.n_series = 1;
    c.y_high = 8;
    c.series[0] = c.series[1];
    c.series[0].low = low;
    c.series[0].high = high;
    for (int i = 0; i < EPOCHS; i++) {
        low[i] = i < LOST ? 1 : UP;
        high[i] = low[i] + 2;
        epoch_y[i] = low[i] + 1;
    }
    epoch_y[LOST] = NAN;

    cairo_surface_t *without = picture(*state, &c, WIDTH, HEIGHT);
    c.series[0].spread = true;
    unlink(folder_path(*state, "chart.png"));
    cairo_surface_t *with = picture(*state, &c, WIDTH, HEIGHT);

    assert_true(count_pixels(with, paper, 0.65, 0.2, 0.9, 0.5) < count_pixels(without, paper, 0.65, 0.2, 0.9, 0.5));
    assert_int_equal(count_pixels(with, paper, 0.45, 0.2, 0.55, 0.8),
                     count_pixels(without, paper, 0.45, 0.2, 0.55, 0.8));
    cairo_surface_destroy(without);
    cairo_surface_destroy(with);
}

/* The raw curve is drawn too, lighter, with a few outliers that no mean would show. */
static void test_raw_points_show_behind_the_smoothed_line(void **state)
{
    struct chart c = example();
    const struct color paper = { 1, 1, 1 };
    cairo_surface_t *s;

    c.y_high = 5;
    s = picture(*state, &c, WIDTH, HEIGHT);
    int before = count_pixels(s, paper, 0.55, 0.2, 0.65, 0.4);
    cairo_surface_destroy(s);
    for (int i = 1100; i < 1110; i++)
        step_y[i] = 4.9;
    s = picture(*state, &c, WIDTH, HEIGHT);
    assert_true(count_pixels(s, paper, 0.55, 0.2, 0.65, 0.4) < before - 50);
    assert_int_equal(count_pixels(s, curve_color(0), 0.5, 0.2, 1, 0.5), 0);
    cairo_surface_destroy(s);
}

static void test_a_rate_is_drawn_from_zero_where_the_chart_says_so(void **state)
{
    double x[] = { 1, 2 }, y[] = { 3000, 2900 };
    struct chart c = { .n_series = 1, .series = { { .count = 2, .x = x, .y = y } } };

    for (int from_zero = 0; from_zero < 2; from_zero++) {
        c.from_zero = from_zero;
        cairo_surface_t *s = picture(*state, &c, WIDTH, HEIGHT);

        assert_int_equal(count_pixels(s, curve_color(0), 0.1, 0.5, 1, 0.9) == 0, from_zero);
        cairo_surface_destroy(s);
    }
}

static void test_points_that_are_no_numbers_leave_gaps(void **state)
{
    struct chart c = example();

    for (int i = 900; i < 1100; i++)
        step_y[i] = NAN;
    step_y[1500] = INFINITY;
    step_y[0] = -INFINITY;
    cairo_surface_t *s = picture(*state, &c, WIDTH, HEIGHT);
    assert_int_equal(count_pixels(s, curve_color(0), 0.51, 0.2, 0.54, 0.9), 0);
    assert_true(count_pixels(s, curve_color(0), 0.2, 0.2, 0.5, 0.9) > 100);
    assert_true(count_pixels(s, curve_color(0), 0.6, 0.2, 1, 0.9) > 100);
    cairo_surface_destroy(s);
}

static void test_any_data_give_a_picture(void **state)
{
    struct chart c = example();

    for (int count = 0; count <= 3; count++) {
        c.series[0].count = c.series[1].count = (size_t)count;
        cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
    }
    c = example();
    for (int i = 0; i < STEPS; i++)
        step_y[i] = 1e-30;
    cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
    for (int i = 0; i < STEPS; i++)
        step_y[i] = i % 2 ? 1e300 : -1e300;
    cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
    for (int i = 0; i < STEPS; i++)
        step_y[i] = NAN;
    c.n_series = 1;
    cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
    c.n_series = 0;
    cairo_surface_destroy(picture(*state, &c, WIDTH, HEIGHT));
}

/* A loss that was never a number was measured all the same, and the note says so. */
static void test_an_empty_chart_says_why(void **state)
{
    static const char *const notes[] = { "", "3 of 3 values are not finite" };

    for (int i = 0; i < 2; i++) {
        struct chart c = example();
        struct error e = { 0 };

        c.n_series = 1;
        c.series[0].count = i == 0 ? 0 : 3;
        step_y[0] = step_y[1] = step_y[2] = NAN;
        strcpy(c.note, notes[i]);
        assert_good(write_chart(&c, PICTURE_SVG, folder_path(*state, "chart.svg"), WIDTH, HEIGHT, &e), e);
        char *svg = folder_text(*state, "chart.svg");

        assert_int_equal(strstr(svg, ">nothing measured yet<") != NULL, i == 0);
        assert_int_equal(strstr(svg, ">no value can be drawn<") != NULL, i == 1);
        free(svg);
    }
}

static void test_one_point_can_be_seen(void **state)
{
    struct chart c = example();

    c.series[0].count = 1;
    c.n_series = 1;
    cairo_surface_t *s = picture(*state, &c, WIDTH, HEIGHT);
    assert_true(count_pixels(s, curve_color(0), 0.1, 0.2, 1, 0.9) > 20);
    cairo_surface_destroy(s);
}

static void test_foreign_and_endless_texts_do_no_harm(void **state)
{
    struct chart c = example();

    memset(c.texts.title, 'W', sizeof c.texts.title - 1);
    memset(c.texts.subtitle, '\xFF', sizeof c.texts.subtitle - 1);
    for (size_t i = 0; i + 2 < sizeof c.texts.footer; i += 2)
        memcpy(c.texts.footer + i, "é", 2);
    strcpy(c.y_label, "\x1b[31m%s%n");
    cairo_surface_t *s = picture(*state, &c, WIDTH, HEIGHT);
    assert_true(count_pixels(s, curve_color(1), 0, 0.3, 1, 1) > 50);
    cairo_surface_destroy(s);
    cairo_surface_destroy(picture(*state, &c, CHART_SIDE_MIN, CHART_SIDE_MIN));
    cairo_surface_destroy(picture(*state, &c, CHART_SIDE_MIN, 2000));
}

/* 80 × 60 mm: text is larger there for the picture, and must not leave it. */
static void test_a_small_print_holds_its_legend(void **state)
{
    struct chart c = example();

    dpi = 300;
    cairo_surface_t *s = picture(*state, &c, 945, 709);
    dpi = 0;
    assert_int_equal(count_pixels(s, (struct color){ 1, 1, 1 }, 0.99, 0, 1, 1), 709 * (945 - (int)(0.99 * 945)));
    assert_true(count_pixels(s, curve_color(1), 0, 0.3, 1, 1) > 50);
    cairo_surface_destroy(s);
}

static void test_sizes_out_of_bounds_are_refused(void **state)
{
    struct chart c = example();
    const int sizes[][2] = { { 0, 500 }, { 500, -1 }, { PICTURE_SIDE_MAX + 1, 500 }, { 500, CHART_SIDE_MIN - 1 } };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error e = { 0 };

        assert_false(write_chart(&c, PICTURE_PNG, folder_path(*state, "x.png"), sizes[i][0], sizes[i][1], &e));
        assert_int_equal(e.kind, ERROR_USAGE);
    }
    assert_int_equal(folder_entries(*state), 0);
}

static void test_a_folder_that_cannot_be_written_is_told(void **state)
{
    struct chart c = example();
    struct error e = { 0 };

    folder_put(*state, "file", "");
    assert_false(write_chart(&c, PICTURE_PNG, folder_path(*state, "file/chart.png"), WIDTH, HEIGHT, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "chart.png"));
}

static void test_no_space_leaves_the_old_picture(void **state)
{
    struct chart c = example();
    struct error e = { 0 };
    struct rlimit before, small;

    folder_put(*state, "chart.png", "old");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool written = write_chart(&c, PICTURE_PNG, folder_path(*state, "chart.png"), WIDTH, HEIGHT, &e);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(written);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "File too large"));
    assert_int_equal(folder_entries(*state), 1);
    char *old = folder_text(*state, "chart.png");
    assert_string_equal(old, "old");
    free(old);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_curves_are_where_the_data_are),
        TEST(test_a_logarithmic_axis_has_its_ticks_where_the_points_are),
        TEST(test_a_band_is_filled_between_its_bounds),
        TEST(test_a_band_has_gaps),
        TEST(test_raw_points_show_behind_the_smoothed_line),
        TEST(test_a_rate_is_drawn_from_zero_where_the_chart_says_so),
        TEST(test_points_that_are_no_numbers_leave_gaps),
        TEST(test_any_data_give_a_picture),
        TEST(test_an_empty_chart_says_why),
        TEST(test_one_point_can_be_seen),
        TEST(test_foreign_and_endless_texts_do_no_harm),
        TEST(test_a_small_print_holds_its_legend),
        TEST(test_sizes_out_of_bounds_are_refused),
        TEST(test_a_folder_that_cannot_be_written_is_told),
        TEST(test_no_space_leaves_the_old_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
