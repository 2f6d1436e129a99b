#include "tests/support/damage.h"

#include <stdio.h>

#include "tests/support/chance.h"
#include "tests/support/check.h"

enum { SIZE_MOST = 1 << 16, CHANGES_MOST = 6, TRIES = 4 };

static void change(unsigned char *bytes, int size, uint64_t seed)
{
    struct chance r = { .seed = seed };

    for (int n = chance_int(&r, 1, CHANGES_MOST); n > 0; n--) {
        int at = chance_int(&r, 0, size - 1);

        while (bytes[at] == 0 && chance_int(&r, 0, TRIES - 1) > 0)
            at = chance_int(&r, 0, size - 1);
        bytes[at] = (unsigned char)(chance_toss(&r) ? 255 : chance_int(&r, 0, 255));
    }
}

void damage_file(const char *from, const char *to, uint64_t seed)
{
    static unsigned char bytes[SIZE_MOST];
    FILE *file = fopen(from, "rb");

    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(size, 1, sizeof bytes - 1);
    change(bytes, (int)size, seed);
    file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}
