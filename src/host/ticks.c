#include "host/ticks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/rooted.h"

/* "user nice system idle iowait irq softirq steal …"; guest time is in user time already (proc(5)). */
static struct ticks parse(const char *text)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, KINDS };
    unsigned long long kinds[KINDS] = { 0 };
    struct ticks ticks = { .known = false };
    int count = sscanf(text, "%llu %llu %llu %llu %llu %llu %llu %llu", &kinds[USER], &kinds[NICE], &kinds[SYSTEM],
                       &kinds[IDLE], &kinds[IOWAIT], &kinds[IRQ], &kinds[SOFTIRQ], &kinds[STEAL]);

    if (count <= IDLE)
        return ticks;
    for (int i = 0; i < KINDS; i++)
        ticks.all += (double)kinds[i];
    ticks.busy = ticks.all - (double)kinds[IDLE] - (double)kinds[IOWAIT];
    ticks.known = true;
    return ticks;
}

void ticks_read(const char *root, struct ticks *node, const int *cores, struct ticks *each, int count)
{
    FILE *file = rooted_open(root, "/proc/stat");
    char line[512];
    int next = 0;

    *node = (struct ticks){ .known = false };
    memset(each, 0, (size_t)count * sizeof *each);
    while (file && fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0) {
        char *end = line + 3;

        if (*end == ' ') {
            *node = parse(end);
            continue;
        }
        long core = strtol(end, &end, 10);
        while (next < count && cores[next] < core)
            next++;
        if (next < count && cores[next] == core)
            each[next] = parse(end);
    }
    if (file)
        fclose(file);
}

struct reading ticks_load(const struct ticks *before, const struct ticks *now)
{
    if (!before->known || !now->known || now->all <= before->all)
        return (struct reading){ 0 };
    /* The time that a processor waits for disks can decrease a little (proc(5)). */
    double load = (now->busy - before->busy) / (now->all - before->all);
    return reading_of(load < 0 ? 0 : load > 1 ? 1 : load);
}
