/* Photographs of all kinds become the pixels that are wanted of them. */
#include "tests/support/check.h"

#include <math.h>
#include <zlib.h>

#include "base/limits.h"
#include "data/images/image_cut.h"
#include "data/images/image_load.h"
#include "tests/support/chance.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

enum { JPEG_DIFFERS = 8 /* from what was compressed, at most */, SIDE_MOST = 512 };

static struct image_scratch scratch;

static uint8_t pixels[SIDE_MOST * SIDE_MOST * 3];

static void load(const uint8_t *bytes, size_t size, const struct image_wanted *wanted)
{
    struct error e = { 0 };

    assert_good(image_load(bytes, size, wanted, NULL, pixels, &scratch, &e), e);
}

static void load_photo(const struct photo *p, bool png, const struct image_wanted *wanted)
{
    size_t size;
    uint8_t *bytes = png ? photo_png(p, &size) : photo_jpeg(p, &size);

    load(bytes, size, wanted);
    free(bytes);
}

/* Sample c of the photograph at a point, in pixels, between those of the file. */
static double sample_at(const struct photo *p, double y, double x, int c)
{
    int row = int_clamp((int)lround(y - 0.5), 0, p->height - 1),
        column = int_clamp((int)lround(x - 0.5), 0, p->width - 1);

    return photo_sample(p, row, column, c);
}

/* The pattern is smooth: each pixel is near the one of the file at its place in the box. */
static void expect_box(const struct photo *p, const struct image_wanted *w, const struct image_box *box, double most)
{
    for (int y = 0; y < w->height; y++)
        for (int x = 0; x < w->width; x++)
            for (int c = 0; c < w->channels; c++) {
                double at_y = box->top + (y + 0.5) * box->height / w->height;
                double at_x = box->left + (x + 0.5) * box->width / w->width;
                int got = pixels[(y * w->width + x) * w->channels + c];

                if (fabs(got - sample_at(p, at_y, at_x, c)) > most)
                    fail_msg("pixel (%d, %d), channel %d, is %d, not %.0f (%d channels, depth %d, interlaced %d, "
                             "palette %d)",
                             y, x, c, got, sample_at(p, at_y, at_x, c), p->channels, p->depth, p->interlaced,
                             p->palette);
            }
}

static void test_an_image_of_the_wanted_size_stays_as_it_is(void **state)
{
    const struct photo p = { .height = 19, .width = 31, .channels = 3 };
    const struct image_wanted w = { 19, 31, 3, IMAGE_CROP };
    (void)state;

    load_photo(&p, true, &w);
    expect_box(&p, &w, &(struct image_box){ 0, 0, 19, 31 }, 0);
    load_photo(&p, false, &w);
    expect_box(&p, &w, &(struct image_box){ 0, 0, 19, 31 }, JPEG_DIFFERS);
}

static void test_every_size_is_reached(void **state)
{
    static const int sizes[][4] = { { 300, 400, 64, 64 }, { 400, 301, 64, 96 }, { 97, 61, 32, 32 },
                                    { 20, 30, 64, 64 },   { 480, 33, 24, 24 },  { 1, 1, 8, 8 } };
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int png = 0; png < 2; png++) {
            const struct photo p = { .height = sizes[i][0], .width = sizes[i][1], .channels = 3 };
            struct image_wanted w = { sizes[i][2], sizes[i][3], 3, IMAGE_STRETCH };
            double scale = fmax((double)w.height / p.height, (double)w.width / p.width);
            struct image_box middle = { 0, 0, w.height / scale, w.width / scale };

            load_photo(&p, png, &w);
            expect_box(&p, &w, &(struct image_box){ 0, 0, p.height, p.width }, 12);
            middle.top = (p.height - middle.height) / 2;
            middle.left = (p.width - middle.width) / 2;
            w.fit = IMAGE_CROP;
            load_photo(&p, png, &w);
            expect_box(&p, &w, &middle, 12);
        }
}

static void test_padding_is_black_and_in_the_middle(void **state)
{
    const struct photo p = { .height = 40, .width = 80, .channels = 3 };
    const struct image_wanted w = { 32, 32, 3, IMAGE_PAD };
    (void)state;

    memset(pixels, 1, sizeof pixels);
    load_photo(&p, true, &w);
    for (int y = 0; y < 32; y++)
        for (int x = 0; x < 96; x++)
            assert_int_equal(pixels[y * 96 + x] != 0, y >= 8 && y < 24);
}

/* A checkerboard of single pixels becomes grey, whatever the scale. */
static void test_scaling_down_leaves_no_aliasing(void **state)
{
    enum { SIDE = 120 };
    struct image_part board = { .pixels = malloc(SIDE * SIDE), .height = SIDE, .width = SIDE, .channels = 1 };
    struct resample_scratch memory = { 0 };
    struct error e = { 0 };
    (void)state;

    assert_non_null(board.pixels);
    for (int i = 0; i < SIDE * SIDE; i++)
        board.pixels[i] = (i / SIDE + i % SIDE) % 2 ? 255 : 0;
    for (int side = 5; side <= 40; side += 7) {
        assert_good(
            resample(&board, &(struct image_box){ 0, 0, SIDE, SIDE }, pixels, side, side, (size_t)side, &memory, &e),
            e);
        for (int i = 0; i < side * side; i++)
            assert_in_range(pixels[i], 118, 137);
    }
    resample_free(&memory);
    free(board.pixels);
}

static void test_a_camera_may_be_held_in_any_way(void **state)
{
    (void)state;
    for (int orientation = 1; orientation <= 8; orientation++) {
        const struct photo p = { .height = 96, .width = 160, .channels = 3, .orientation = orientation };
        const struct image_wanted crop = { 48, 48, 3, IMAGE_CROP }, whole = { 48, 80, 3, IMAGE_STRETCH };
        struct image_size size;
        struct error e = { 0 };
        size_t bytes_size;
        uint8_t *bytes = photo_jpeg(&p, &bytes_size);

        assert_good(image_measure(bytes, bytes_size, &size, &e), e);
        assert_int_equal(size.height, p.height);
        assert_int_equal(size.width, p.width);
        load(bytes, bytes_size, &whole);
        expect_box(&p, &whole, &(struct image_box){ 0, 0, 96, 160 }, JPEG_DIFFERS);
        load(bytes, bytes_size, &crop);
        expect_box(&p, &crop, &(struct image_box){ 0, 32, 96, 96 }, JPEG_DIFFERS);
        free(bytes);
    }
}

static void test_a_random_part_is_the_same_however_the_camera_was_held(void **state)
{
    const struct image_wanted w = { 32, 32, 3, IMAGE_PAD };
    const struct image_size size = { .height = 96, .width = 160 };
    struct error e = { 0 };
    (void)state;

    for (uint32_t image = 0; image < 5; image++) {
        const struct image_draw draw = { .seed = 1, .epoch = 2, .image = image };
        struct image_box box = image_cut_random(&draw, 96, 160);

        for (int orientation = 1; orientation <= 8; orientation++) {
            const struct photo p = { .height = 96, .width = 160, .channels = 3, .orientation = orientation };
            size_t bytes_size;
            uint8_t *bytes = photo_jpeg(&p, &bytes_size);

            assert_good(image_load(bytes, bytes_size, &w, &draw, pixels, &scratch, &e), e);
            expect_box(&p, &w, &box, JPEG_DIFFERS);
            free(bytes);
        }

        const struct photo p = { .height = 96, .width = 160, .channels = 3 };
        static uint8_t shown[96 * 160 * 3];

        for (int i = 0; i < 96 * 160 * 3; i++)
            shown[i] = photo_sample(&p, i / 3 / 160, i / 3 % 160, i % 3);
        assert_good(image_scale(shown, &size, 3, &w, &draw, pixels, &scratch, &e), e);
        expect_box(&p, &w, &box, JPEG_DIFFERS);
    }
}

static void test_grey_and_colours_become_each_other(void **state)
{
    const struct photo grey = { .height = 20, .width = 20, .channels = 1 },
                       colours = { .height = 20, .width = 20, .channels = 3 };
    const struct image_wanted one = { 20, 20, 1, IMAGE_CROP }, three = { 20, 20, 3, IMAGE_CROP };
    (void)state;

    for (int png = 0; png < 2; png++) {
        load_photo(&grey, png, &three);
        for (int i = 0; i < 400; i++)
            for (int c = 0; c < 3; c++)
                assert_in_range(abs(pixels[3 * i + c] - photo_sample(&grey, i / 20, i % 20, 0)), 0, JPEG_DIFFERS);
        load_photo(&colours, png, &one);
        for (int i = 0; i < 400; i++) {
            int y = i / 20, x = i % 20;
            int light = (299 * photo_sample(&colours, y, x, 0) + 587 * photo_sample(&colours, y, x, 1) +
                         114 * photo_sample(&colours, y, x, 2)) /
                        1000;

            assert_in_range(abs(pixels[i] - light), 0, JPEG_DIFFERS);
        }
    }
}

static void test_unusual_files_are_read(void **state)
{
    static const struct photo pngs[] = { { .height = 33, .width = 21, .channels = 3, .depth = 16 },
                                         { .height = 33, .width = 21, .channels = 3, .interlaced = 1 },
                                         { .height = 33, .width = 21, .channels = 1, .depth = 16, .interlaced = 1 },
                                         { .height = 33, .width = 21, .channels = 1, .palette = 1 } };
    const struct photo cmyk = { .height = 48, .width = 64, .channels = 4 };
    (void)state;

    for (size_t i = 0; i < sizeof pngs / sizeof *pngs; i++) {
        const struct image_wanted w = { 33, 21, pngs[i].channels, IMAGE_CROP };

        load_photo(&pngs[i], true, &w);
        expect_box(&pngs[i], &w, &(struct image_box){ 0, 0, 33, 21 }, 1);
    }
    const struct image_wanted w = { 24, 32, 3, IMAGE_CROP };

    load_photo(&cmyk, false, &w);
    expect_box(&cmyk, &w, &(struct image_box){ 0, 0, 48, 64 }, 12);
}

static void test_what_is_transparent_is_white(void **state)
{
    const struct photo p = { .height = 10, .width = 20, .channels = 4 };
    (void)state;

    load_photo(&p, true, &(struct image_wanted){ 10, 20, 3, IMAGE_CROP });
    for (int x = 0; x < 20; x++)
        for (int c = 0; c < 3; c++)
            assert_int_equal(pixels[3 * x + c], x < 10 ? 255 : photo_sample(&p, 0, x, c));
}

static void expect_failure(const uint8_t *bytes, size_t size, const char *words)
{
    struct error e = { 0 };

    assert_false(image_load(bytes, size, &(struct image_wanted){ 16, 16, 3, IMAGE_STRETCH }, NULL,
                             pixels, &scratch, &e));
    assert_holds(e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_what_is_no_image_is_told(void **state)
{
    (void)state;
    expect_failure((const uint8_t *)"", 0, "it is empty");
    expect_failure((const uint8_t *)"GIF89a", 6, "it is neither JPEG nor PNG");
}

static void test_a_file_cut_short_is_told_wherever_it_is_cut(void **state)
{
    const struct photo p = { .height = 40, .width = 50, .channels = 3 };
    (void)state;

    for (int png = 0; png < 2; png++) {
        size_t size;
        uint8_t *bytes = png ? photo_png(&p, &size) : photo_jpeg(&p, &size);

        /* Nothing of the image is in the last bytes: an end marker, a chunk IEND. */
        for (size_t left = 8; left + 16 < size; left += 13)
            expect_failure(bytes, left, "it is ");
        free(bytes);
    }
}

/* Bytes that changed: read as something, or refused. */
static void test_damage_does_no_harm(void **state)
{
    enum { FILES = 1500 };
    const struct photo p = { .height = 24, .width = 37, .channels = 3, .orientation = 6, .interlaced = 1 };
    (void)state;

    for (int png = 0; png < 2; png++) {
        size_t size;
        uint8_t *bytes = png ? photo_png(&p, &size) : photo_jpeg(&p, &size);

        for (uint64_t seed = 0; seed < FILES; seed++) {
            struct chance r = { .seed = seed };
            int at = chance_int(&r, 0, (int)size - 1);
            uint8_t before = bytes[at];
            struct error e = { 0 };

            bytes[at] = (uint8_t)chance_int(&r, 0, 255);
            assert_true(
                image_load(bytes, size, &(struct image_wanted){ 16, 16, 3, IMAGE_CROP }, NULL, pixels, &scratch, &e) ||
                e.text[0]);
            bytes[at] = before;
        }
        free(bytes);
    }
}

static void put_big_endian(uint8_t *to, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(number >> (24 - 8 * i));
}

static void test_a_bomb_is_not_lit(void **state)
{
    const struct photo p = { .height = 10, .width = 10, .channels = 3 };
    size_t size;
    uint8_t *bytes = photo_png(&p, &size);
    (void)state;

    memcpy(bytes + 16, "\0\0\xEA\x60\0\0\xEA\x60", 8); /* the header says 60,000 × 60,000 */
    put_big_endian(bytes + 29, (uint32_t)crc32(0, bytes + 12, 17));
    expect_failure(bytes, size, "it has 60000×60000 pixels");
    free(bytes);
    bytes = photo_jpeg(&p, &size);
    for (size_t i = 0; i + 9 < size; i++)
        if (bytes[i] == 0xFF && bytes[i + 1] == 0xC0) {
            memcpy(bytes + i + 5, "\xEA\x60\xEA\x60", 4);
            break;
        }
    expect_failure(bytes, size, "it has 60000×60000 pixels");
    free(bytes);
}

static int free_scratch(void **state)
{
    (void)state;
    image_scratch_free(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_image_of_the_wanted_size_stays_as_it_is),
        cmocka_unit_test(test_every_size_is_reached),
        cmocka_unit_test(test_padding_is_black_and_in_the_middle),
        cmocka_unit_test(test_scaling_down_leaves_no_aliasing),
        cmocka_unit_test(test_a_camera_may_be_held_in_any_way),
        cmocka_unit_test(test_a_random_part_is_the_same_however_the_camera_was_held),
        cmocka_unit_test(test_grey_and_colours_become_each_other),
        cmocka_unit_test(test_unusual_files_are_read),
        cmocka_unit_test(test_what_is_transparent_is_white),
        cmocka_unit_test(test_what_is_no_image_is_told),
        cmocka_unit_test(test_a_file_cut_short_is_told_wherever_it_is_cut),
        cmocka_unit_test(test_damage_does_no_harm),
        cmocka_unit_test(test_a_bomb_is_not_lit),
    };

    return cmocka_run_group_tests(tests, NULL, free_scratch);
}
