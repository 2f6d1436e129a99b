/* The folders that cuvette reads and writes: can it, how much room is there, and by what file system. */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/disk_space.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/doctor/section.h"

/* What the C library has no names for. */
enum { LUSTRE_MAGIC = 0x0BD00BD0, GPFS_MAGIC = 0x47504653, BEEGFS_MAGIC = 0x19830326, XFS_MAGIC = 0x58465342 };

static const struct {
    unsigned long magic;
    const char *name, *quota; /* the command that shows its quota, which the kernel does not know; NULL: it does */
} systems[] = {
    { NFS_SUPER_MAGIC, "NFS", "quota -s" }, { LUSTRE_MAGIC, "Lustre", "lfs quota -h -u $USER" },
    { GPFS_MAGIC, "GPFS", "mmlsquota" },    { BEEGFS_MAGIC, "BeeGFS", "beegfs-ctl --getquota --uid $USER" },
    { CEPH_SUPER_MAGIC, "CephFS", NULL },   { TMPFS_MAGIC, "memory", NULL },
    { EXT4_SUPER_MAGIC, "ext4", NULL },     { XFS_MAGIC, "XFS", NULL },
    { BTRFS_SUPER_MAGIC, "Btrfs", NULL },   { OVERLAYFS_SUPER_MAGIC, "overlay", NULL },
};

static bool home(char out[PATH_SIZE], struct error *e)
{
    const char *folder = getenv("HOME");

    return folder && *folder ? text_copy(out, PATH_SIZE, folder) : error_set(e, ERROR_USAGE, "HOME is not set");
}

static bool temporary(char out[PATH_SIZE], struct error *e)
{
    const char *folder = getenv("TMPDIR");

    (void)e;
    return text_copy(out, PATH_SIZE, folder && *folder ? folder : "/tmp");
}

/* Name, where it is, the variable that puts it elsewhere. */
static const struct {
    const char *name;
    bool (*find)(char out[PATH_SIZE], struct error *e);
    const char *variable;
} folders[] = {
    { "home", home, "CUVETTE_HOME" },
    { "runs", path_runs, "CUVETTE_RUNS" },
    { "data sets", path_datasets, "CUVETTE_DATA" },
    { "networks", path_weights, "CUVETTE_WEIGHTS" },
    { "cache", path_cache, "CUVETTE_HOME" },
    { "state", path_state, "CUVETTE_HOME" },
    { "temporary", temporary, "TMPDIR" },
};

/* The folder, or the first above it that is there. */
static void nearest(char folder[PATH_SIZE])
{
    while (!path_is_folder(folder) && strrchr(folder, '/') > folder)
        *strrchr(folder, '/') = '\0';
    if (!path_is_folder(folder))
        text_copy(folder, PATH_SIZE, "/");
}

static void append_system(char *text, size_t size, const char *folder)
{
    struct statfs s;

    if (statfs(folder, &s) != 0)
        return;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (systems[i].magic == (unsigned long)(unsigned)s.f_type) {
            text_append(text, size, ", %s", systems[i].name);
            if (systems[i].quota)
                text_append(text, size, " (its quota: %s)", systems[i].quota);
        }
}

static bool has_few_names(const char *folder)
{
    const double few = 1000;
    struct statvfs s;

    return statvfs(folder, &s) == 0 && s.f_files > 0 && (double)s.f_favail < few;
}

static void look_at_folder(struct page *p, size_t i)
{
    const double little = 1 << 30;
    char path[PATH_SIZE], there[PATH_SIZE], text[PAGE_TEXT_SIZE] = "", left[32], advice[96];
    struct disk_space space;
    struct error e;

    page_looks_at(p, folders[i].name);
    snprintf(advice, sizeof advice, "export %s=DIR, with a folder where there is room", folders[i].variable);
    if (!folders[i].find(path, &e)) {
        page_odd(p, folders[i].name, advice, "%s", e.text);
        return;
    }
    text_copy(there, sizeof there, path);
    nearest(there);
    text_append(text, sizeof text, "%.200s%s", path, strcmp(there, path) == 0 ? "" : " (not there yet)");
    append_system(text, sizeof text, there);
    if (disk_space_of(there, &space, &e)) {
        text_bytes(left, sizeof left, disk_space_left(&space));
        text_append(text, sizeof text, ", %s left%s", left, disk_space_by_quota(&space) ? " by quota" : "");
        if ((double)disk_space_left(&space) < little) {
            page_odd(p, folders[i].name, advice, "%s", text);
            return;
        }
    }
    if (access(there, W_OK) != 0)
        page_odd(p, folders[i].name, advice, "%s: nothing can be written: %s", text, strerror(errno));
    else if (has_few_names(there))
        page_odd(p, folders[i].name, advice, "%s: hardly any more files can be made", text);
    else
        page_fine(p, folders[i].name, "%s", text);
}

static void look(struct page *p)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        look_at_folder(p, i);
}

SECTION_OF_DOCTOR(folders) = { .name = "folders", .title = "Folders", .look = look };
