#include "tests/support/built.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/path.h"

const char *built(const char *name)
{
    static char path[PATH_SIZE];
    const char *program = getenv("CUVETTE_BINARY");

    assert_non_null(program);
    snprintf(path, sizeof path, "%.*s%s", (int)(path_name(program) - program), program, name);
    if (!path_is_file(path))
        fail_msg("%s was not built", path);
    return path;
}
