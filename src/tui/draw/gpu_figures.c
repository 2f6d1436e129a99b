#include "tui/draw/gpu_figures.h"

#include <stdio.h>

#include "tui/draw/gauge.h"

static const unsigned power_throttles = GPU_THROTTLE_POWER_CAP | GPU_THROTTLE_POWER_BRAKE |
                                        GPU_THROTTLE_BOARD_LIMIT;
static const unsigned heat_throttles = GPU_THROTTLE_THERMAL | GPU_THROTTLE_HARDWARE_THERMAL;

static enum role throttle_role(const struct gpu_reading *gpu, unsigned throttles)
{
    return gpu->throttles_known && (gpu->throttles & throttles) ? ROLE_WARN : ROLE_NORMAL;
}

enum role gpu_figures_power_role(const struct gpu_reading *gpu)
{
    return throttle_role(gpu, power_throttles);
}

enum role gpu_figures_heat_role(const struct gpu_reading *gpu)
{
    return throttle_role(gpu, heat_throttles);
}

void gpu_figures_degrees(char out[FIGURE_SIZE], const struct gpu_reading *gpu)
{
    char degrees[FIGURE_SIZE];

    gauge_number(degrees, gpu->temperature);
    snprintf(out, FIGURE_SIZE, "%.8s%s", degrees, gpu->temperature.known ? " °C" : "");
}

void gpu_figures_watts(char out[FIGURE_SIZE], const struct gpu_reading *gpu)
{
    char power[FIGURE_SIZE], limit[FIGURE_SIZE];

    gauge_number(power, gpu->power);
    gauge_number(limit, gpu->power_limit);
    if (gpu->power_limit.known)
        snprintf(out, FIGURE_SIZE, "%.8s/%.8s W", power, limit);
    else
        snprintf(out, FIGURE_SIZE, "%.8s%s", power, gpu->power.known ? " W" : "");
}
