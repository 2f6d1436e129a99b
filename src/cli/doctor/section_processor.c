/* The processor: its cores, those that are allotted, and what cuvette makes of them. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "cli/doctor/section.h"
#include "host/cgroup.h"
#include "host/cores.h"
#include "host/placement.h"
#include "run/devices.h"

static void look_at_threads(struct page *p, const struct cores *cores)
{
    static const char *const variables[] = { "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK" };
    int64_t number;

    page_fine(p, "threads", "cuvette trains with %d: one for each core that is allotted", cores->usable);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *text = getenv(variables[i]);

        if (text && text_to_int64(text, &number) && number > cores->usable)
            page_odd(p, variables[i], "srun --cpus-per-task=N, with as many as the program is to use",
                     "%s, but only %d core%s may be used: other programs will have more threads than cores", text,
                     cores->usable, cores->usable == 1 ? "" : "s");
    }
}

static void look_at_quota(struct page *p)
{
    const double often = 0.2;
    struct cgroup_throttling t;
    double processors;

    if (!cgroup_processors("", &processors))
        return;
    if (cgroup_throttling_read("", &t) && t.periods > 0 && t.throttled > often * t.periods)
        page_odd(p, "quota", "fewer threads than the quota, as --device cpu:N, or ask for more cores",
                 "%.1f cores; it stopped all in %.0f %% of its periods", processors, 100 * t.throttled / t.periods);
    else
        page_fine(p, "quota", "%.1f cores", processors);
}

static void look_at_unit(struct page *p)
{
    char why[256] = "";
    struct device_info cpu;

    if (backend_classes[0]->devices(&cpu, 1, why, sizeof why) > 0)
        page_fine(p, "vector unit", "%s%s", cpu.unit, getenv("CUVETTE_CPU") ? ", as CUVETTE_CPU says" : "");
    else
        page_odd(p, "vector unit", "unset CUVETTE_CPU", "%s", why);
}

/* hwloc reads much of /sys. */
static void look_at_memory_nodes(struct page *p)
{
    char words[300];

    page_looks_at(p, "memory nodes");
    if (placement_machine(words, sizeof words) > 0)
        page_fine(p, "memory nodes", "%s", words);
    else
        page_absent(p, "memory nodes", "%s", words);
}

static void look(struct page *p)
{
    struct cores cores = cores_count();
    struct utsname system;
    char model[128];

    cores_model(model, sizeof model);
    page_fine(p, "processor", "%s", model);
    if (uname(&system) == 0)
        page_fine(p, "system", "%s %s, %s", system.sysname, system.release, system.machine);
    page_fine(p, "cores", "%d of %d%s%s", cores.usable, cores.all, cores.limit[0] ? ", limited by " : "", cores.limit);
    look_at_quota(p);
    look_at_threads(p, &cores);
    look_at_unit(p);
    look_at_memory_nodes(p);
}

SECTION_OF_DOCTOR(processor) = { .name = "processor", .title = "Processor", .look = look };
