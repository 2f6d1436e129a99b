#include "run/cut_off.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "host/cgroup.h"

static void append_memory(const struct run_status *left, char *words, size_t size)
{
    char used[32], limit[32];

    if (left->memory_used <= 0 || left->memory_limit <= 0)
        return;
    text_bytes(used, sizeof used, (uint64_t)left->memory_used);
    text_bytes(limit, sizeof limit, (uint64_t)left->memory_limit);
    text_append(words, size, " (%s of %s): a smaller batch or data.memory, or --mem, helps", used, limit);
}

/* The count is of the control group, which is another in another job. */
static bool kernel_tells(const struct run_status *left, const struct job *now, uint64_t kills)
{
    return left->memory_kills >= 0 && strcmp(left->host, now->node) == 0 && strcmp(left->job, now->id) == 0 &&
           (double)kills > left->memory_kills;
}

bool cut_off_reason(const struct run_status *left, const struct job *now, uint64_t kills, char *words, size_t size)
{
    const double nearly_full = 0.9, slack_seconds = 90; /* Slurm looks at the time twice a minute, and then waits */
    bool sure = kernel_tells(left, now, kills);

    words[0] = '\0';
    if (sure || (left->memory_limit > 0 && left->memory_used > nearly_full * left->memory_limit)) {
        snprintf(words, size, sure ? "killed by the kernel for want of memory"
                                   : "probably killed for want of memory");
        append_memory(left, words, size);
    } else if (left->job_end > 0 && left->written > left->job_end - slack_seconds) {
        snprintf(words, size, "killed when the time of job %s was over", left->job);
    }
    return words[0] != '\0';
}

bool cut_off_look(const char *folder, char *words, size_t size)
{
    struct cgroup_memory group = { .kills = 0 };
    struct run_status left;
    struct job job;
    struct error ignored;
    bool there;

    words[0] = '\0';
    if (!run_status_read(&left, folder, &there, &ignored))
        return false;
    job_read(&job);
    cgroup_memory_read("", &group);
    return cut_off_reason(&left, &job, group.kills, words, size);
}
