#include "tests/support/data_files.h"

#include "tests/support/check.h"

#include <stdio.h>
#include <zlib.h>

#include "data/pack/pack.h"
#include "data/sources/source_memory.h"
#include "tests/support/folder.h"

uint8_t data_pixel(enum split split, uint32_t image, size_t pixel)
{
    return (uint8_t)(image * 31 + pixel * 7 + (split == SPLIT_TEST ? 101 : 0));
}

int32_t data_label(enum split split, uint32_t image, int classes)
{
    return (int32_t)((image * 3 + (uint32_t)split) % (uint32_t)classes);
}

static void put_number(gzFile file, uint32_t number)
{
    const unsigned char bytes[4] = { (unsigned char)(number >> 24), (unsigned char)(number >> 16),
                                     (unsigned char)(number >> 8), (unsigned char)number };

    assert_int_equal(gzwrite(file, bytes, 4), 4);
}

static gzFile create(const char *path, int compressed)
{
    gzFile file = gzopen(path, compressed ? "wb" : "wbT");

    assert_non_null(file);
    return file;
}

void data_write_idx_images(const char *path, uint32_t announced, uint32_t height, uint32_t width, enum split split,
                           uint32_t items, int compressed)
{
    gzFile file = create(path, compressed);

    put_number(file, 0x803);
    put_number(file, announced);
    put_number(file, height);
    put_number(file, width);
    for (uint32_t i = 0; i < items; i++)
        for (size_t k = 0; k < (size_t)height * width; k++)
            assert_int_equal(gzputc(file, data_pixel(split, i, k)), data_pixel(split, i, k));
    assert_int_equal(gzclose(file), Z_OK);
}

void data_write_idx_labels(const char *path, uint32_t announced, enum split split, uint32_t items, int compressed)
{
    gzFile file = create(path, compressed);

    put_number(file, 0x801);
    put_number(file, announced);
    for (uint32_t i = 0; i < items; i++)
        assert_true(gzputc(file, data_label(split, i, 10)) >= 0);
    assert_int_equal(gzclose(file), Z_OK);
}

void data_write_idx(const char *folder, uint32_t train, uint32_t test, uint32_t height, uint32_t width, int compressed)
{
    static const char *const names[SPLIT_COUNT][2] = {
        { "train-images-idx3-ubyte", "train-labels-idx1-ubyte" },
        { "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" },
    };

    for (int split = 0; split < SPLIT_COUNT; split++) {
        uint32_t count = split == SPLIT_TRAIN ? train : test;
        char images[64], labels[64];

        snprintf(images, sizeof images, "%s%s", names[split][0], compressed ? ".gz" : "");
        snprintf(labels, sizeof labels, "%s%s", names[split][1], compressed ? ".gz" : "");
        data_write_idx_images(folder_path(folder, images), count, height, width, (enum split)split, count, compressed);
        data_write_idx_labels(folder_path(folder, labels), count, (enum split)split, count, compressed);
    }
}

static void write_batch(FILE *file, enum split split, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        fputc(data_label(split, i, 10), file);
        for (size_t c = 0; c < 3; c++)
            for (size_t k = 0; k < 1024; k++)
                fputc(data_pixel(split, i, 3 * k + c), file);
    }
}

void data_write_cifar(const char *folder, uint32_t count)
{
    for (uint32_t b = 1; b <= 6; b++) {
        char name[32] = "test_batch.bin";

        if (b < 6)
            snprintf(name, sizeof name, "data_batch_%u.bin", b);
        FILE *file = fopen(folder_path(folder, name), "wb");
        assert_non_null(file);
        write_batch(file, b < 6 ? SPLIT_TRAIN : SPLIT_TEST, b < 6 ? (b - 1) * count : 0, count);
        assert_int_equal(fclose(file), 0);
    }
}

struct source *data_memory(uint32_t train, uint32_t test, int height, int width, int channels, int classes)
{
    const struct dataset_info info = { .name = "made",
                                       .format = "memory",
                                       .count = { train, test },
                                       .height = height,
                                       .width = width,
                                       .channels = channels,
                                       .classes = classes };
    struct error e = { 0 };
    struct source *s = source_memory_new(&info, &e);
    size_t size = dataset_image_bytes(&info);

    assert_non_null(s);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (uint32_t i = 0; i < info.count[split]; i++) {
            source_memory_labels(s, (enum split)split)[i] = data_label((enum split)split, i, classes);
            for (size_t k = 0; k < size; k++)
                source_memory_images(s, (enum split)split)[i * size + k] = data_pixel((enum split)split, i, k);
        }
    return s;
}

void data_pack(struct source *s, const char *path)
{
    const struct pack_options options = { .as = PACK_RAW, .compressed = true };
    struct pack_report report;
    struct error e = { 0 };

    assert_good(pack_write(s, &options, path, NULL, &report, &e), e);
    pack_report_free(&report);
}

static void expect_read(struct source *s, const struct dataset_info *info, enum split split, const uint32_t *index,
                        int n)
{
    size_t size = dataset_image_bytes(info);
    uint8_t *images = malloc((size_t)n * size);
    int32_t *labels = malloc((size_t)n * sizeof *labels);
    struct error e = { 0 };

    assert_true(images && labels);
    if (!source_read(s, split, index, n, images, labels, &e))
        fail_msg("%s", e.text);
    for (int i = 0; i < n; i++) {
        assert_int_equal(labels[i], data_label(split, index[i], info->classes));
        for (size_t k = 0; k < size; k++)
            if (images[(size_t)i * size + k] != data_pixel(split, index[i], k))
                fail_msg("pixel %zu of image %u differs", k, index[i]);
    }
    free(images);
    free(labels);
}

static void expect_labels(struct source *s, const struct dataset_info *info, enum split split)
{
    int32_t *labels = calloc(info->count[split] + 1, sizeof *labels);
    struct error e = { 0 };

    assert_non_null(labels);
    if (!source_labels(s, split, labels, NULL, NULL, &e))
        fail_msg("%s", e.text);
    for (uint32_t i = 0; i < info->count[split]; i++)
        assert_int_equal(labels[i], data_label(split, i, info->classes));
    free(labels);
}

void data_expect(struct source *s, uint32_t train, uint32_t test)
{
    struct dataset_info info;

    source_describe(s, &info);
    assert_int_equal(info.count[SPLIT_TRAIN], train);
    assert_int_equal(info.count[SPLIT_TEST], test);
    for (int split = 0; split < SPLIT_COUNT; split++) {
        uint32_t count = info.count[split], *index = malloc(count * sizeof *index);

        assert_non_null(index);
        for (uint32_t i = 0; i < count; i++)
            index[i] = count - 1 - i;
        expect_read(s, &info, (enum split)split, index, (int)count);
        for (uint32_t i = 0; i < count; i++)
            index[i] = i;
        expect_read(s, &info, (enum split)split, index, (int)count);
        expect_labels(s, &info, (enum split)split);
        free(index);
    }
}
