#include "base/file.h"

#include <errno.h>
#include <unistd.h>

bool file_write(int descriptor, const void *bytes, size_t size)
{
    for (const char *from = bytes; size > 0;) {
        ssize_t written = write(descriptor, from, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written == 0)
            errno = ENOSPC;
        if (written <= 0)
            return false;
        from += written;
        size -= (size_t)written;
    }
    return true;
}

bool file_read_at(int descriptor, void *to, size_t size, off_t place)
{
    for (char *at = to; size > 0;) {
        ssize_t n = pread(descriptor, at, size, place);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO;
        if (n <= 0)
            return false;
        at += n;
        place += n;
        size -= (size_t)n;
    }
    return true;
}
