/* HDF5 files in the layout of the lessons. The library itself can crash on what strangers write; that a file costs no
 * more than the process that looks at it (base/guard.h) is a part of what is tried here. So a crash counts where it is
 * in this process: in what is read after the look. */
#include "tests/fuzz/fuzz.h"

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>

/* The process that looks: its death is no finding, and is not to be written down as one. */
static void die_silently(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    __sanitizer_set_death_callback(NULL);
    FUZZ_HOLDS(freopen("/dev/null", "w", stderr));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    pthread_atfork(NULL, NULL, die_silently);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_write("set.h5", bytes, size);
    fuzz_source("set.h5");
    return 0;
}
