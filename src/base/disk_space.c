#include "base/disk_space.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"

/* Asks by the folder, as the device of a file system may not be there to be named (Linux 5.14). */
static bool ask_quota(const char *folder, struct dqblk *out)
{
#ifdef SYS_quotactl_fd
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor < 0)
        return false;
    bool known = syscall(SYS_quotactl_fd, descriptor, QCMD((unsigned)Q_GETQUOTA, USRQUOTA), getuid(), out) == 0;

    close(descriptor);
    return known && (out->dqb_valid & (QIF_BLIMITS | QIF_SPACE)) == (QIF_BLIMITS | QIF_SPACE);
#else
    (void)folder, (void)out;
    return false;
#endif
}

static void read_quota(const char *folder, struct disk_space *out)
{
    enum { QUOTA_BLOCK = 1024 };
    struct dqblk quota;

    memset(&quota, 0, sizeof quota);
    if (!ask_quota(folder, &quota) || (quota.dqb_bhardlimit == 0 && quota.dqb_bsoftlimit == 0))
        return;
    uint64_t most = (quota.dqb_bhardlimit ? quota.dqb_bhardlimit : quota.dqb_bsoftlimit) * QUOTA_BLOCK;

    out->has_quota = true;
    out->quota_left = quota.dqb_curspace < most ? most - quota.dqb_curspace : 0;
}

bool disk_space_of(const char *folder, struct disk_space *out, struct error *e)
{
    struct statvfs found;

    *out = (struct disk_space){ .free = 0 };
    if (statvfs(folder, &found) != 0)
        return error_set_errno(e, "cannot look for free space in %s", folder);
    out->free = (uint64_t)found.f_bavail * found.f_frsize;
    read_quota(folder, out);
    return true;
}

bool disk_space_nearest(const char *folder, struct disk_space *out, struct error *e)
{
    char path[PATH_SIZE];

    text_copy(path, sizeof path, folder);
    while (!disk_space_of(path, out, e)) {
        char *slash = strrchr(path, '/');

        if (!slash || slash == path)
            return disk_space_of(slash ? "/" : ".", out, e);
        *slash = '\0';
    }
    return true;
}

bool disk_space_by_quota(const struct disk_space *s)
{
    return s->has_quota && s->quota_left < s->free;
}

uint64_t disk_space_left(const struct disk_space *s)
{
    return disk_space_by_quota(s) ? s->quota_left : s->free;
}

bool disk_space_check(const char *path, uint64_t bytes, struct error *e)
{
    char folder[PATH_SIZE], wanted[16], there[16];
    int length = (int)(path_name(path) - path);
    struct disk_space space;
    struct error ignored;

    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    if (!disk_space_of(folder, &space, &ignored) || bytes <= disk_space_left(&space))
        return true;
    text_bytes(wanted, sizeof wanted, bytes);
    text_bytes(there, sizeof there, disk_space_left(&space));
    if (disk_space_by_quota(&space))
        return error_set(e, ERROR_IO, "%s needs %s, but your quota leaves %s there; another place may have more", path,
                         wanted, there);
    return error_set(e, ERROR_IO, "%s needs %s, but %s are free there; another place may have more", path, wanted,
                     there);
}
