/* What LibLZF packs, as h5py's files have it. */
#include "tests/support/check.h"

#include "base/lzf.h"

enum { SIZE = 400 };

/* As h5py packed it: a period of seven, squares modulo 251, and nines. */
static const uint8_t packed[] =
    "\x07\x00\x01\x02\x03\x04\x05\x06\x00\xe0+\x06\x14V\xcfO\xccP\xd1Y\xdej\xf3\x83\x15\xa4:"
    "\xcdg\x03\x9c<\xd9\t\xe0\xff\x00\xe0,\x00\x01\t\t";
enum { PACKED = sizeof packed - 1 };

static uint8_t expected(int i)
{
    return (uint8_t)(i < 60 ? i % 7 : i < 80 ? i * i % 251 : 9);
}

static void test_what_h5py_packed_is_unpacked(void **state)
{
    uint8_t to[SIZE];

    (void)state;
    assert_true(lzf_unpack(packed, PACKED, to, SIZE));
    for (int i = 0; i < SIZE; i++)
        assert_int_equal(to[i], expected(i));
}

static void test_another_size_is_refused(void **state)
{
    uint8_t *exact = malloc(SIZE - 1), more[SIZE + 1];

    (void)state;
    assert_non_null(exact);
    assert_false(lzf_unpack(packed, PACKED, exact, SIZE - 1));
    assert_false(lzf_unpack(packed, PACKED, more, SIZE + 1));
    for (size_t cut = 0; cut < PACKED; cut++)
        assert_false(lzf_unpack(packed, cut, more, SIZE));
    assert_true(lzf_unpack(packed, 0, more, 0));
    free(exact);
}

static void test_a_repetition_of_what_is_not_there_is_refused(void **state)
{
    static const uint8_t before[] = { 0, 7, 0x20, 1 }, cut[] = { 0, 7, 0xE0, 1 };
    uint8_t to[64];

    (void)state;
    assert_false(lzf_unpack(before, sizeof before, to, 4));
    assert_false(lzf_unpack(cut, sizeof cut, to, 11));
}

/* Whatever the bytes are, nothing outside is touched: the sanitizer sees to it. */
static void test_damage_is_refused_or_unpacked(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        uint8_t *from = malloc(PACKED), *to = malloc(SIZE);

        assert_true(from && to);
        memcpy(from, packed, PACKED);
        for (int i = 0; i < 3; i++)
            from[(seed * 31 + (uint64_t)i * 17) % PACKED] = (uint8_t)(seed * 2654435761u >> (8 * i));
        lzf_unpack(from, PACKED, to, SIZE);
        free(from);
        free(to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_h5py_packed_is_unpacked),
        cmocka_unit_test(test_another_size_is_refused),
        cmocka_unit_test(test_a_repetition_of_what_is_not_there_is_refused),
        cmocka_unit_test(test_damage_is_refused_or_unpacked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
