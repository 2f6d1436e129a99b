#include "base/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct flock whole_file(void)
{
    return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

bool claim_take(int descriptor)
{
    struct flock lock = whole_file();

    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

bool claim_is_taken(const char *path)
{
    struct flock lock = whole_file();
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool taken = descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

    if (descriptor >= 0)
        close(descriptor);
    return taken;
}
