/* Archives, unpacked into a folder of their own: nothing may come to lie beside it, and no more in it than was allowed.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>

#include "fetch/unpack.h"

enum { BYTES_MAX = 1 << 18 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

static bool go_on(void *context, uint64_t read)
{
    (void)context;
    (void)read;
    return true;
}

static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;

    FUZZ_HOLDS(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct unpacking u = {
        .archive = "archive", .folder = "folder", .strip = 1, .bytes_max = BYTES_MAX, .tell = go_on
    };
    uint64_t unpacked;
    struct error e;
    int before;

    fuzz_write("archive", bytes, size);
    fuzz_folder("folder");
    before = entries(".");
    if (unpack(&u, &unpacked, &e))
        FUZZ_HOLDS(unpacked <= BYTES_MAX);
    FUZZ_HOLDS(entries(".") == before);
    fuzz_remove("folder");
    return 0;
}
