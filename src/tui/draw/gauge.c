#include "tui/draw/gauge.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/draw/shapes.h"

static const char unknown[] = "n/a";

void gauge_draw(struct canvas *c, int row, const char *label, struct reading fraction, const char *text)
{
    canvas_text(c, row, GAUGE_LABEL, ROLE_DIM, label);
    if (fraction.known)
        shape_bar(c, row, GAUGE_BAR, GAUGE_BAR_COLUMNS, fraction.value);
    while (!fraction.known && *text == ' ')
        text++;
    canvas_parts(c, row, fraction.known ? GAUGE_FIGURE : GAUGE_BAR, ROLE_NORMAL, text, ", ");
}

struct reading gauge_share(struct reading part, struct reading of)
{
    return part.known && of.known && of.value > 0 ? reading_of(part.value / of.value) : (struct reading){ 0 };
}

void gauge_percent(char out[FIGURE_SIZE], struct reading fraction)
{
    if (fraction.known)
        snprintf(out, FIGURE_SIZE, "%3.0f %%", 100 * fraction.value);
    else
        snprintf(out, FIGURE_SIZE, "%5s", unknown);
}

void gauge_bytes(char out[FIGURE_SIZE], struct reading bytes)
{
    if (bytes.known)
        text_bytes(out, FIGURE_SIZE, (uint64_t)bytes.value);
    else
        snprintf(out, FIGURE_SIZE, "%s", unknown);
}

void gauge_rate(char out[FIGURE_SIZE], struct reading bytes)
{
    char amount[FIGURE_SIZE];

    gauge_bytes(amount, bytes);
    snprintf(out, FIGURE_SIZE, "%.24s%s", amount, bytes.known ? "/s" : "");
}

void gauge_number(char out[FIGURE_SIZE], struct reading number)
{
    if (number.known)
        snprintf(out, FIGURE_SIZE, "%.0f", number.value);
    else
        snprintf(out, FIGURE_SIZE, "%s", unknown);
}

void gauge_part(char out[FIGURE_SIZE], struct reading part, struct reading of)
{
    static const char units[] = "BKMGTPE";
    char shown[FIGURE_SIZE] = "n/a";
    double scale = 1;
    int unit = 0;

    if (!of.known) {
        gauge_bytes(out, part);
        return;
    }
    for (; of.value / scale >= 999.5 && units[unit + 1] != '\0'; scale *= 1024)
        unit++;

    const double whole = of.value / scale;

    if (part.known)
        snprintf(shown, sizeof shown, "%.*f", part.value / scale < 9.95 && unit > 0, part.value / scale);
    snprintf(out, FIGURE_SIZE, "%.8s/%.*f %c", shown, whole < 9.95 && fabs(whole - round(whole)) >= 0.05, whole,
             units[unit]);
}

static const unsigned power_throttles = GPU_THROTTLE_POWER_CAP | GPU_THROTTLE_POWER_BRAKE |
                                        GPU_THROTTLE_BOARD_LIMIT;
static const unsigned heat_throttles = GPU_THROTTLE_THERMAL | GPU_THROTTLE_HARDWARE_THERMAL;

static enum role throttle_role(const struct gpu_reading *gpu, unsigned throttles)
{
    return gpu->throttles_known && (gpu->throttles & throttles) ? ROLE_WARN : ROLE_NORMAL;
}

enum role gauge_power_role(const struct gpu_reading *gpu)
{
    return throttle_role(gpu, power_throttles);
}

enum role gauge_heat_role(const struct gpu_reading *gpu)
{
    return throttle_role(gpu, heat_throttles);
}

void gauge_degrees(char out[FIGURE_SIZE], const struct gpu_reading *gpu)
{
    char degrees[FIGURE_SIZE];

    gauge_number(degrees, gpu->temperature);
    snprintf(out, FIGURE_SIZE, "%.8s%s", degrees, gpu->temperature.known ? " °C" : "");
}

void gauge_watts(char out[FIGURE_SIZE], const struct gpu_reading *gpu)
{
    char power[FIGURE_SIZE], limit[FIGURE_SIZE];

    gauge_number(power, gpu->power);
    gauge_number(limit, gpu->power_limit);
    if (gpu->power_limit.known)
        snprintf(out, FIGURE_SIZE, "%.8s/%.8s W", power, limit);
    else
        snprintf(out, FIGURE_SIZE, "%.8s%s", power, gpu->power.known ? " W" : "");
}
