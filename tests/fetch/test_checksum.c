/* Checksums against published values: FIPS 180-4's examples and RFC 1321's test suite. */
#include "tests/support/check.h"

#include "base/limits.h"
#include "fetch/checksum.h"

static const struct {
    const char *text;
    int times; /* that it stands there one after another */
    const char *checksum;
} known[] = {
    { "", 1, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", 1, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "a", 1000000, "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
    { "", 1, "md5:d41d8cd98f00b204e9800998ecf8427e" },
    { "abc", 1, "md5:900150983CD24FB0D6963F7D28E17F72" },
    { "abcdefghijklmnopqrstuvwxyz", 1, "md5:c3fcd3d76192e4007dfb496cca67e13b" },
    { "1234567890", 8, "md5:57edf4a22be3c955ac49da2e2107b67a" },
};

static void test_checksums_are_the_published_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct checksum wanted, found;
        struct checksum_state s = { .class = NULL };
        struct error e;

        assert_true(checksum_parse(&wanted, known[i].checksum));
        assert_true(checksum_begin(&s, &wanted, &e));
        for (int k = 0; k < known[i].times; k++)
            checksum_add(&s, known[i].text, strlen(known[i].text));
        checksum_end(&s, &found);
        if (!checksum_same(&found, &wanted))
            fail_msg("\"%.20s\" %d times has another checksum than %s", known[i].text, known[i].times,
                     known[i].checksum);
    }
}

/* Every length around the ends of blocks, in pieces of every size. */
static void test_pieces_make_no_difference(void **state)
{
    enum { MOST = 200 };
    uint8_t bytes[MOST];
    (void)state;

    for (int i = 0; i < MOST; i++)
        bytes[i] = (uint8_t)(7 * i + 3);
    for (size_t kind = 0; kind < sizeof known / sizeof *known; kind += 4)
        for (size_t size = 0; size <= MOST; size++)
            for (size_t piece = 1; piece <= 130; piece += 7) {
                struct checksum like, whole, parts;
                struct checksum_state s = { .class = NULL };
                struct error e;

                assert_true(checksum_parse(&like, known[kind].checksum));
                assert_true(checksum_begin(&s, &like, &e));
                checksum_add(&s, bytes, size);
                checksum_end(&s, &whole);
                assert_true(checksum_begin(&s, &like, &e));
                for (size_t at = 0; at < size; at += piece)
                    checksum_add(&s, bytes + at, size_min(piece, size - at));
                checksum_end(&s, &parts);
                assert_true(checksum_same(&whole, &parts));
            }
}

static void test_only_whole_checksums_are_read(void **state)
{
    static const char *const bad[] = {
        "", "sha256", "sha256:", "md5:900150983cd24fb0d6963f7d28e17f7", "md5:900150983cd24fb0d6963f7d28e17f720",
        "md5:900150983cd24fb0d6963f7d28e17fzz", "900150983cd24fb0d6963f7d28e17f72", "sha1:900150983cd24fb0d6963f7d28",
    };
    struct checksum c;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(checksum_parse(&c, bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksums_are_the_published_ones),
        cmocka_unit_test(test_pieces_make_no_difference),
        cmocka_unit_test(test_only_whole_checksums_are_read),
    };

    return cmocka_run_group_tests_name("checksums", tests, NULL, NULL);
}
