#include "tests/support/fake_nvml.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/built.h"

const char *fake_nvml(const char *age)
{
    char name[64];

    snprintf(name, sizeof name, "tests/fakes/%s.so", age);
    return built(name);
}

void fake_nvml_reset(void)
{
    static const char *const names[] = { "GPUS", "ERRORS", "LOST", "MIG", "NAME", "THROTTLES", "THROTTLED",
                                         "PROCESSES", "ENTRY" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];

        snprintf(name, sizeof name, "FAKE_NVML_%s", names[i]);
        unsetenv(name);
    }
    unsetenv("CUDA_VISIBLE_DEVICES");
    unsetenv("CUVETTE_NVML");
}

void *fake_nvml_call(const char *function)
{
    void *library = dlopen(fake_nvml("nvml"), RTLD_NOW | RTLD_LOCAL), *found;

    assert_non_null(library);
    found = dlsym(library, function);
    assert_non_null(found);
    return found;
}
