/* The digits read without libraries, as the tests on bare machines do, are those that HDF5 reads. */
#include "tests/support/check.h"

#include <stdio.h>

#include <zlib.h>

#include "data/sources/source_memory.h"
#include "tests/support/bare_digits.h"
#include "tests/support/chance.h"
#include "tests/support/inflate.h"

static void test_they_are_those_that_hdf5_reads(void **state)
{
    struct error e = { 0 };
    struct dataset_info info;
    struct source *bare = bare_digits("assets/digits.h5", &e), *file, *loaded;

    (void)state;
    assert_good(bare != NULL, e);
    file = source_open("assets/digits.h5", NULL, &e);
    assert_good(file != NULL, e);
    loaded = source_memory_load(file, NULL, NULL, &e);
    assert_good(loaded != NULL, e);
    source_describe(bare, &info);
    for (int split = 0; split < SPLIT_COUNT; split++) {
        uint32_t count = info.count[split];

        assert_memory_equal(source_memory_images(bare, (enum split)split),
                            source_memory_images(loaded, (enum split)split), count * dataset_image_bytes(&info));
        assert_memory_equal(source_memory_labels(bare, (enum split)split),
                            source_memory_labels(loaded, (enum split)split), count * sizeof(int32_t));
    }
    source_close(loaded);
    source_close(file);
    source_close(bare);
}

static void test_another_file_is_refused(void **state)
{
    struct error e = { 0 };

    (void)state;
    assert_bad(bare_digits("assets/README.md", &e), e, "is not the file of the digits");
    assert_bad(bare_digits("no-such-file", &e), e, "is not the file of the digits");
}

/* Text of few letters, so that there are repetitions, and noise, so that there are stored blocks. */
static void fill(uint8_t *to, size_t bytes, bool noise, struct chance *r)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = noise ? (uint8_t)chance_word(r) : (uint8_t)("abcd"[chance_word(r) % 4]);
}

static void test_inflates_what_zlib_deflates(void **state)
{
    enum { BYTES = 70000 };
    static uint8_t plain[BYTES], again[BYTES], packed[2 * BYTES];
    static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE };

    (void)state;
    for (int noise = 0; noise < 2; noise++)
        for (int level = 0; level <= 9; level++)
            for (size_t s = 0; s < sizeof strategies / sizeof *strategies; s++) {
                struct chance r = { .seed = (uint64_t)level };
                z_stream z = { .next_in = plain, .avail_in = BYTES, .next_out = packed, .avail_out = sizeof packed };

                fill(plain, BYTES, noise, &r);
                assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15, 8, strategies[s]), Z_OK);
                assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
                assert_true(inflate_zlib(packed, z.total_out, again, BYTES));
                assert_memory_equal(plain, again, BYTES);
                assert_false(inflate_zlib(packed, z.total_out / 2, again, BYTES)); /* cut off */
                assert_false(inflate_zlib(packed, z.total_out, again, BYTES - 1));
                deflateEnd(&z);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_are_those_that_hdf5_reads),
        cmocka_unit_test(test_another_file_is_refused),
        cmocka_unit_test(test_inflates_what_zlib_deflates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
