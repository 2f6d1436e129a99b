#include "nn/plan/shape.h"

#include <stdio.h>

void shape_format(struct shape s, bool unicode, char *out, size_t size)
{
    const char *times = unicode ? "×" : "x";

    if (s.rank == 1)
        snprintf(out, size, "%d", s.channels);
    else
        snprintf(out, size, "%d%s%d%s%d", s.height, times, s.width, times, s.channels);
}
