/* The settings of the screen. Whatever is in the file, what is taken of it can be written and read again. */
#include "tests/fuzz/fuzz.h"

#include "tui/state/settings.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    fuzz_folder("config");
    FUZZ_HOLDS(setenv("CUVETTE_HOME", ".", 1) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct settings s = { 0 }, again = { 0 };
    struct error e;

    fuzz_write("config/settings.ini", bytes, size);
    settings_read(&s, &e);
    FUZZ_HOLDS(settings_write(&s, &e) && settings_read(&again, &e));
    FUZZ_HOLDS(s.theme == again.theme && s.slow == again.slow && s.mouse == again.mouse && s.braille == again.braille);
    return 0;
}
