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

static bool append(char *out, size_t size, const char *option, const char *value)
{
    return text_append(out, size, "%s--%s=%s", out[0] ? " " : "", option, value);
}

static bool append_memory(char *out, size_t size, uint64_t bytes)
{
    const uint64_t mebibyte = 1 << 20, mebibytes = (bytes + mebibyte - 1) / mebibyte;
    const bool whole = mebibytes % 1024 == 0;
    char value[32];

    snprintf(value, sizeof value, "%llu%c", (unsigned long long)(whole ? mebibytes / 1024 : mebibytes),
             whole ? 'G' : 'M');
    return append(out, size, "mem", value);
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
    if (r->memory > 0)
        fits = append_memory(out, size, r->memory) && fits;
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
