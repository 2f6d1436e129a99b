#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { AT_THE_END = -1 };

static bool write_all(int descriptor, const void *bytes, size_t size, off_t place)
{
    for (const char *from = bytes; size > 0;) {
        ssize_t n = place == AT_THE_END ? write(descriptor, from, size) : pwrite(descriptor, from, size, place);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return false;
        from += n;
        place += place == AT_THE_END ? 0 : n;
        size -= (size_t)n;
    }
    return true;
}

bool file_write(int descriptor, const void *bytes, size_t size)
{
    return write_all(descriptor, bytes, size, AT_THE_END);
}

bool file_write_at(int descriptor, const void *bytes, size_t size, off_t place)
{
    return write_all(descriptor, bytes, size, place);
}

bool file_read_at(int descriptor, void *to, size_t size, off_t place)
{
    for (char *at = to; size > 0;) {
        ssize_t n = pread(descriptor, at, size, place);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return false;
        at += n;
        place += n;
        size -= (size_t)n;
    }
    return true;
}

const char *file_reason(void)
{
    return errno == ENODATA ? "it became shorter while it was read" : strerror(errno);
}
