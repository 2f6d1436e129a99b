#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
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

int file_open(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    int number = ENOTSUP;

    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, &status) != 0)
        number = errno;
    else if (S_ISREG(status.st_mode))
        return descriptor;
    close(descriptor);
    errno = number;
    return -1;
}

FILE *file_open_stream(const char *path)
{
    int descriptor = file_open(path);
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;

    if (descriptor >= 0 && !stream)
        close(descriptor);
    return stream;
}

static bool read_open(int descriptor, char *text, size_t size, uid_t *owner)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return false;
    if (owner)
        *owner = status.st_uid;
    if (!S_ISREG(status.st_mode) || status.st_size >= (off_t)size) {
        errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
        return false;
    }
    text[status.st_size] = '\0';
    return file_read_at(descriptor, text, (size_t)status.st_size, 0);
}

bool file_read_small(const char *path, char *text, size_t size, uid_t *owner)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool whole = descriptor >= 0 && read_open(descriptor, text, size, owner);
    int number = errno;

    if (descriptor >= 0)
        close(descriptor);
    errno = number;
    return whole;
}

const char *file_reason(void)
{
    return errno == ENODATA ? "it became shorter while it was read" : strerror(errno);
}
