#include "host/job_request.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

void job_request_time(char *out, size_t size, double seconds)
{
    enum { MINUTES_AN_HOUR = 60, HOURS_A_DAY = 24, SECONDS_A_MINUTE = 60 };
    const long minutes = (long)ceil(seconds / SECONDS_A_MINUTE), hours = minutes / MINUTES_AN_HOUR;

    if (hours >= HOURS_A_DAY)
        snprintf(out, size, "%ld-%02ld:%02ld:00", hours / HOURS_A_DAY, hours % HOURS_A_DAY, minutes % MINUTES_AN_HOUR);
    else
        snprintf(out, size, "%ld:%02ld:00", hours, minutes % MINUTES_AN_HOUR);
}

void job_request_memory(char *out, size_t size, uint64_t bytes)
{
    static const char units[] = "KMGT";
    const uint64_t kibi = 1024;
    uint64_t count = (bytes + kibi - 1) / kibi;
    int unit = 0;

    for (; units[unit + 1] != '\0' && count > 0 && count % kibi == 0; unit++)
        count /= kibi;
    snprintf(out, size, "%llu%c", (unsigned long long)count, units[unit]);
}

static bool append(char *out, size_t size, const char *option, const char *value)
{
    return text_append(out, size, "%s--%s=%s", out[0] ? " " : "", option, value);
}

bool job_request_options(const struct job_request *r, char *out, size_t size)
{
    char value[64];
    bool fits = true;

    out[0] = '\0';
    if (r->cores > 0) {
        snprintf(value, sizeof value, "%d", r->cores);
        fits = append(out, size, "cpus-per-task", value);
    }
    if (r->memory > 0) {
        job_request_memory(value, sizeof value, r->memory);
        fits = append(out, size, "mem", value) && fits;
    }
    if (r->seconds > 0) {
        job_request_time(value, sizeof value, r->seconds);
        fits = append(out, size, "time", value) && fits;
    }
    if (r->gpus > 0) {
        snprintf(value, sizeof value, "gpu:%d", r->gpus);
        fits = append(out, size, "gres", value) && fits;
    }
    if (r->partition && r->partition[0])
        fits = append(out, size, "partition", r->partition) && fits;
    if (r->account && r->account[0])
        fits = append(out, size, "account", r->account) && fits;
    return fits;
}
