/* Bytes that LibLZF packed, to be unpacked into as many as the first two say. */
#include "tests/fuzz/fuzz.h"

#include "base/lzf.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return 0;

    size_t unpacked = (size_t)bytes[0] << 8 | bytes[1];
    uint8_t *to = malloc(unpacked ? unpacked : 1);

    FUZZ_HOLDS(to);
    lzf_unpack(bytes + 2, size - 2, to, unpacked);
    free(to);
    return 0;
}
