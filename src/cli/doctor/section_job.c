/* The Slurm job that this is in, and what is odd about how it is used (host/job_check.h). */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor/section.h"
#include "host/job_check.h"
#include "host/login_node.h"

static void tell_job(struct page *p, const struct job *j)
{
    char text[PAGE_TEXT_SIZE] = "", figure[32];

    text_append(text, sizeof text, "%s%s%s on %s", j->id, j->name[0] ? " " : "", j->name, j->node);
    if (j->partition[0])
        text_append(text, sizeof text, ", partition %s", j->partition);
    if (j->cores > 0)
        text_append(text, sizeof text, ", %d core%s", j->cores, j->cores == 1 ? "" : "s");
    if (j->memory > 0) {
        text_bytes(figure, sizeof figure, j->memory);
        text_append(text, sizeof text, ", %s", figure);
    }
    if (j->gpu_count > 0)
        text_append(text, sizeof text, ", %d GPU%s", j->gpu_count, j->gpu_count == 1 ? "" : "s");
    if (job_seconds_left(j) >= 0) {
        text_duration(figure, sizeof figure, job_seconds_left(j));
        text_append(text, sizeof text, ", %s left", figure);
    }
    page_fine(p, "job", "%s", text);
}

/* "what is odd: what to type" in two. */
static void tell_finding(struct page *p, const char *words)
{
    const char *colon = strstr(words, ": ");

    if (colon)
        page_odd(p, "odd", colon + 2, "%.*s", (int)(colon - words), words);
    else
        page_odd(p, "odd", "", "%s", words);
}

/* What trains is not known: threads and the GPU's rest are left out. Memory and room are in sections of their own. */
static void look(struct page *p)
{
    struct job_facts f = { .cores = cores_count(), .gpus = -1, .gpu_idle = -1 };
    struct job_finding found[JOB_CHECK_COUNT];

    job_read(&f.job);
    f.login_node = login_node_is(&f.job);
    f.on_gpus = f.job.gpu_count;
    if (f.job.inside)
        tell_job(p, &f.job);
    else
        page_absent(p, "job", "this is no Slurm job");
    page_looks_at(p, "the folder of runs");
    job_check_look_at_runs(&f);
    f.room = (struct reading){ .known = false };
    for (int i = 0, count = job_check_look(&f, found); i < count; i++)
        tell_finding(p, found[i].words);
}

SECTION_OF_DOCTOR(job) = { .name = "job", .title = "Slurm job", .look = look };
