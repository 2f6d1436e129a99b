/* The members of a zip file, as Keras 3 writes its models. */
#include "tests/fuzz/fuzz.h"

#include "run/model/zip_members.h"

enum { MOST = 1 << 16 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char first[MOST], second[MOST];
    struct zip_member members[] = { { .name = "config.json", .bytes = first, .most = sizeof first },
                                    { .name = "x", .bytes = second, .most = sizeof second, .optional = true } };
    struct error e = { 0 };

    fuzz_write("zip", bytes, size);
    if (zip_members_read("zip", members, 2, &e))
        FUZZ_HOLDS(members[0].size <= MOST && members[1].size <= MOST);
    else
        FUZZ_HOLDS(e.kind != ERROR_NONE && e.text[0]);
    return 0;
}
