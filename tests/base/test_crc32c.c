/* The examples of RFC 3720, appendix B.4, and the usual one. */
#include "tests/support/check.h"

#include "base/crc32c.h"

static void test_published_examples(void **state)
{
    unsigned char bytes[32] = { 0 };
    (void)state;

    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(crc32c(bytes, 32), 0x62a8ab43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(crc32c(bytes, 32), 0x46dd794e);
    assert_int_equal(crc32c(bytes, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_published_examples) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
