/* One drawing in all formats, read back by those formats' own readers. */
#include "tests/support/check.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>

#include <png.h>

#include "plot/bars.h"
#include "plot/chart.h"
#include "plot/confusion_map.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char hostile[] = "<script>alert(1)</script> & \"x\" \x1b[31m\xff";
static const double epochs[] = { 1, 2, 3 }, losses[] = { 1.5, NAN, 0.25 };

static struct chart example(void)
{
    struct chart c = { .texts = { .subtitle = "a processor · 4 threads" },
                       .x_label = "epoch",
                       .y_label = "loss, in \"nats\"",
                       .n_series = 1,
                       .series = { { .name = "=validation", .count = 3, .x = epochs, .y = losses, .markers = true } } };

    strcpy(c.texts.title, hostile);
    return c;
}

static const struct picture_form form = { .width = 800, .height = 500, .dpi = 100 };

static const char *write_as(const char *folder, enum picture_format format)
{
    const struct chart c = example();
    const struct picture picture = chart_picture(&c);
    char name[32];
    struct error e = { 0 };

    snprintf(name, sizeof name, "chart.%s", picture_format_names[format]);
    assert_good(picture_write(&picture, format, &form, folder_path(folder, name), &e), e);
    return folder_path(folder, name);
}

static void test_a_png_says_how_large_a_pixel_is(void **state)
{
    FILE *file = fopen(write_as(*state, PICTURE_PNG), "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_uint_32 across = 0, down = 0;
    int unit = 0;

    assert_non_null(file);
    if (setjmp(png_jmpbuf(png)))
        fail_msg("libpng cannot read it");
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL); /* all of it, with the sums */
    assert_int_equal(png_get_image_width(png, info), 800);
    assert_int_equal(png_get_image_height(png, info), 500);
    assert_true(png_get_pHYs(png, info, &across, &down, &unit) == PNG_INFO_pHYs);
    assert_int_equal(unit, PNG_RESOLUTION_METER);
    assert_int_equal(across, 3937); /* 100 on an inch */
    assert_int_equal(down, 3937);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
}

static int count(const char *text, const char *part)
{
    int times = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        times++;
    return times;
}

static void test_text_of_an_svg_is_text(void **state)
{
    write_as(*state, PICTURE_SVG);
    char *svg = folder_text(*state, "chart.svg");

    assert_null(strstr(svg, "<script"));
    assert_null(strchr(svg, '\x1b'));
    assert_null(strstr(svg, "<symbol")); /* outlines of letters */
    assert_non_null(strstr(svg, "<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; ?[31m?</title>"));
    assert_non_null(strstr(svg, ">a processor · 4 threads</text>"));
    assert_non_null(strstr(svg, ">epoch</text>"));
    assert_non_null(strstr(svg, "width=\"576pt\" height=\"360pt\""));
    assert_int_equal(count(svg, "</svg>"), 1);
    free(svg);
}

static const char read_svg[] = "import sys, xml.etree.ElementTree as t\n"
                               "root = t.parse(sys.argv[1]).getroot()\n"
                               "print(root.tag, sum(1 for x in root.iter() if x.tag.endswith('}text')))\n";

static void test_an_svg_is_xml(void **state)
{
    const char *path = write_as(*state, PICTURE_SVG);
    struct process *p = process_start((const char *const[]){ "python3", "-c", read_svg, path, NULL }, NULL, NULL);
    int texts = 0;

    process_finish(p);
    if (p->exit_code == 127) {
        process_free(p);
        skip();
    }
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_int_equal(sscanf(p->out, "{http://www.w3.org/2000/svg}svg %d", &texts), 1);
    assert_true(texts > 8); /* title, subtitle, legend, two labels, and ticks on both axes */
    process_free(p);
}

static void test_a_pdf_has_one_page_of_the_right_size(void **state)
{
    write_as(*state, PICTURE_PDF);
    char *pdf = folder_text(*state, "chart.pdf");

    assert_memory_equal(pdf, "%PDF-", 5);
    FILE *file = fopen(folder_path(*state, "chart.pdf"), "rb");
    static char bytes[1 << 20];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    bool ends = false;
    int pages = 0, boxes = 0;

    fclose(file);
    for (size_t i = 0; i < size; i++) {
        pages += size - i > 8 && memcmp(bytes + i, "/Count 1", 8) == 0;
        boxes += size - i > 28 && memcmp(bytes + i, "/MediaBox [ 0 0 576 360 ]", 25) == 0;
        ends |= size - i >= 5 && memcmp(bytes + i, "%%EOF", 5) == 0;
    }
    assert_int_equal(pages, 1);
    assert_true(boxes >= 1);
    assert_true(ends);
    free(pdf);
}

static void test_a_table_has_a_line_for_each_point(void **state)
{
    write_as(*state, PICTURE_CSV);
    char *csv = folder_text(*state, "chart.csv");

    assert_string_equal(csv, "series,epoch,\"loss, in \"\"nats\"\"\",lowest,highest\n"
                             "=validation,1,1.5,1.5,1.5\n=validation,2,,,\n=validation,3,0.25,0.25,0.25\n");
    free(csv);
}

/* Without a font Cairo's own letters are drawn: the picture has ink where its title is. */
static void test_a_node_without_fonts_still_has_text(void **state)
{
    const char *empty = folder_put(*state, "fonts.conf", "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
    char setting[PATH_SIZE + 32];
    const char *folder = *state;

    folder_put(folder, "run/recipe.ini", "[layers]\nflatten =\ndense = units=10\n");
    folder_put(folder, "run/metrics.jsonl", "");
    snprintf(setting, sizeof setting, "FONTCONFIG_FILE=%s", empty);
    struct process *p = process_start(
        (const char *const[]){ getenv("CUVETTE_BINARY"), "export", "run", "--what", "loss", "--out", ".", NULL },
        folder, (const char *const[]){ setting, NULL });
    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    process_free(p);

    cairo_surface_t *s = cairo_image_surface_create_from_png(folder_path(folder, "loss.png"));
    const unsigned char *data = cairo_image_surface_get_data(s);
    int dark = 0;

    assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    for (int y = 20; y < 80; y++)
        for (int x = 0; x < cairo_image_surface_get_width(s); x++)
            dark += data[y * cairo_image_surface_get_stride(s) + 4 * x] < 128;
    assert_true(dark > 500);
    cairo_surface_destroy(s);
}

static void test_bars_of_any_number_are_drawn(void **state)
{
    enum { MOST = 300 };
    static struct bar list[MOST];
    struct bars b = {
        .label = "ms", .empty = "nothing", .n_parts = 2, .parts = { "forward", "backward" }, .bars = list
    };
    const struct picture picture = bars_picture(&b);
    struct error e = { 0 };

    for (int i = 0; i < MOST; i++) {
        snprintf(list[i].name, sizeof list[i].name, "layer %d with a name that is very long indeed", i);
        list[i].parts[0] = i == 7 ? NAN : i;
        list[i].parts[1] = i == 8 ? -1 : i == 9 ? INFINITY : 0;
    }
    for (int n = 0; n <= MOST; n += n < 2 ? 1 : 298) {
        b.n_bars = n;
        assert_good(picture_write(&picture, PICTURE_PNG, &form, folder_path(*state, "bars.png"), &e), e);
    }
    assert_good(picture_write(&picture, PICTURE_SVG, &form, folder_path(*state, "bars.svg"), &e), e);
    char *svg = folder_text(*state, "bars.svg");

    assert_non_null(strstr(svg, ">layer 299 with")); /* the longest is drawn, */
    assert_null(strstr(svg, ">layer 1 with"));       /* the shortest is not, and that is said */
    assert_non_null(strstr(svg, "shortest of 300 are left out"));
    free(svg);
}

static void test_a_matrix_of_any_size_is_drawn(void **state)
{
    enum { MOST = 1000 };
    static uint32_t images[MOST * MOST];
    static char names[MOST][32];
    static const char *list[MOST];
    static const int sizes[] = { 1, 2, 10, 41, MOST };
    struct error e = { 0 };

    for (int i = 0; i < MOST; i++) {
        snprintf(names[i], sizeof names[i], "<class> %d", i);
        list[i] = names[i];
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int n = sizes[i];
        const struct confusion_map m = { .classes = n, .count = images, .names = list };
        const struct picture picture = confusion_map_picture(&m);

        memset(images, 0, sizeof images);
        for (int k = 0; k + 1 < n; k++) /* the last class has no image */
            images[k * n + k] = 4000000000u;
        for (int format = 0; format < PICTURE_FORMAT_COUNT; format++)
            assert_good(picture_write(&picture, (enum picture_format)format, &form, folder_path(*state, "map"), &e), e);
    }
    char *csv = folder_text(*state, "map");

    assert_int_equal(count(csv, "\n"), MOST); /* the head, and a line for each pair that there is */
    assert_non_null(strstr(csv, "\n<class> 998,<class> 998,4000000000\n"));
    free(csv);
}

static void test_numbers_of_a_matrix_are_written_where_they_fit(void **state)
{
    static const uint32_t images[] = { 95, 5, 0, 77 };
    static const char *const names[] = { "cat", "<b>dog" };
    const struct confusion_map m = { .classes = 2, .count = images, .names = names };
    const struct picture picture = confusion_map_picture(&m);
    struct error e = { 0 };

    assert_good(picture_write(&picture, PICTURE_SVG, &form, folder_path(*state, "map.svg"), &e), e);
    char *svg = folder_text(*state, "map.svg");

    assert_non_null(strstr(svg, ">95</text>"));
    assert_non_null(strstr(svg, ">5</text>"));
    assert_null(strstr(svg, ">0</text>")); /* an empty cell */
    assert_int_equal(count(svg, ">&lt;b&gt;dog</text>"), 2);
    free(svg);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_png_says_how_large_a_pixel_is),
        TEST(test_text_of_an_svg_is_text),
        TEST(test_an_svg_is_xml),
        TEST(test_a_pdf_has_one_page_of_the_right_size),
        TEST(test_a_table_has_a_line_for_each_point),
        TEST(test_a_node_without_fonts_still_has_text),
        TEST(test_bars_of_any_number_are_drawn),
        TEST(test_a_matrix_of_any_size_is_drawn),
        TEST(test_numbers_of_a_matrix_are_written_where_they_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
