#include "host/traffic.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "host/rooted.h"

struct traffic traffic_of_process(const char *root)
{
    FILE *file = rooted_open(root, "/proc/self/io");
    struct traffic sum = { .sources = 0 };
    bool read = false, written = false;
    unsigned long long bytes;
    char line[128];

    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "read_bytes: %llu", &bytes) == 1) {
            sum.in = (double)bytes;
            read = true;
        } else if (sscanf(line, "write_bytes: %llu", &bytes) == 1) {
            sum.out = (double)bytes;
            written = true;
        }
    if (file)
        fclose(file);
    sum.sources = read && written;
    return sum;
}

/* Is it a disk? Partitions are not in /sys/block, and disks made of other disks, files or memory have no `device`. */
static bool is_whole_disk(const char *root, const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "/sys/block/%s/device", name);
    return rooted_exists(root, path);
}

struct traffic traffic_of_disks(const char *root)
{
    const double sector = 512; /* the kernel's unit here, whatever the disk's own is */
    FILE *file = rooted_open(root, "/proc/diskstats");
    struct traffic sum = { .sources = 0 };
    unsigned long long in, out;
    char line[512], name[64];

    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%*u %*u %63s %*u %*u %llu %*u %*u %*u %llu", name, &in, &out) != 3 ||
            !is_whole_disk(root, name))
            continue;
        sum.sources++;
        sum.in += (double)in * sector;
        sum.out += (double)out * sector;
    }
    if (file)
        fclose(file);
    return sum;
}

/* Is it a bond, a bridge or a VLAN? Its traffic is counted at the interfaces below it too. */
static bool is_made_of_interfaces(const char *root, const char *name)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    bool found = false;

    snprintf(path, sizeof path, "%s/sys/class/net/%s", root, name);
    DIR *folder = opendir(path);
    while (folder && !found && (entry = readdir(folder)))
        found = strncmp(entry->d_name, "lower_", strlen("lower_")) == 0;
    if (folder)
        closedir(folder);
    return found;
}

/* After two lines of headings, lines "name: bytes packets errs drop fifo frame compressed multicast bytes
 * packets …". */
struct traffic traffic_of_network(const char *root)
{
    FILE *file = rooted_open(root, "/proc/net/dev");
    struct traffic sum = { .sources = 0 };
    unsigned long long in, out;
    char line[512], name[64];

    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, " %63[^: ]: %llu %*u %*u %*u %*u %*u %*u %*u %llu", name, &in, &out) != 3 ||
            strcmp(name, "lo") == 0 || is_made_of_interfaces(root, name))
            continue;
        sum.sources++;
        sum.in += (double)in;
        sum.out += (double)out;
    }
    if (file)
        fclose(file);
    return sum;
}

void traffic_rates(const struct traffic *before, const struct traffic *now, double seconds, struct reading *in,
                   struct reading *out)
{
    if (now->sources == 0 || before->sources != now->sources || seconds <= 0)
        return;
    if (now->in >= before->in)
        *in = reading_of((now->in - before->in) / seconds);
    if (now->out >= before->out)
        *out = reading_of((now->out - before->out) / seconds);
}
