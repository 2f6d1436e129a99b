#include "tui/devices/gpu_detail.h"

#include <stdio.h>

#include "tui/draw/gauge.h"

enum { TEXT_COLUMN = GAUGE_BAR + 1, RIGHT_COLUMN = 36, PID_COLUMNS = 8, NAME_COLUMN = PID_COLUMNS + 2 };

/* Two figures in a row, each after its label; the first begins where bars do. */
static void left(struct canvas *c, int row, const char *label, enum role role, const char *text)
{
    canvas_text(c, row, GAUGE_LABEL, ROLE_DIM, label);
    canvas_text(c, row, TEXT_COLUMN, role, text);
}

static void right(struct canvas *c, int row, const char *label, enum role role, const char *text)
{
    int used = canvas_text(c, row, RIGHT_COLUMN, ROLE_DIM, label);

    canvas_text(c, row, RIGHT_COLUMN + used + 1, role, text);
}

static void power_row(struct canvas *c, int row, const struct gpu_reading *gpu)
{
    char text[FIGURE_SIZE];

    gauge_watts(text, gpu);
    left(c, row, "power", gauge_power_role(gpu), text);
    gauge_degrees(text, gpu);
    right(c, row, "temperature", gauge_heat_role(gpu), text);
}

/* "1980 of 1980 MHz" */
static void clock_text(char out[2 * FIGURE_SIZE], struct reading clock, struct reading most)
{
    const double megahertz = 1e6;
    char now[FIGURE_SIZE], limit[FIGURE_SIZE];

    clock.value /= megahertz;
    most.value /= megahertz;
    gauge_number(now, clock);
    gauge_number(limit, most);
    if (most.known)
        snprintf(out, 2 * FIGURE_SIZE, "%.16s of %.16s MHz", now, limit);
    else
        snprintf(out, 2 * FIGURE_SIZE, "%.16s%s", now, clock.known ? " MHz" : "");
}

static void clock_row(struct canvas *c, int row, const struct gpu_reading *gpu)
{
    char clock[2 * FIGURE_SIZE];

    clock_text(clock, gpu->sm_clock, gpu->sm_clock_max);
    left(c, row, "clock", ROLE_NORMAL, clock);
    clock_text(clock, gpu->memory_clock, gpu->memory_clock_max);
    right(c, row, "memory clock", ROLE_NORMAL, clock);
}

static void traffic_row(struct canvas *c, int row, const struct gpu_reading *gpu)
{
    char in[FIGURE_SIZE], out[FIGURE_SIZE], text[3 * FIGURE_SIZE];

    gauge_rate(in, gpu->pcie_in);
    gauge_rate(out, gpu->pcie_out);
    snprintf(text, sizeof text, "in %-9s out %s", in, out);
    left(c, row, "pcie", ROLE_NORMAL, text);
    gauge_percent(text, gpu->memory_load);
    right(c, row, "memory busy", ROLE_NORMAL, text);
}

static void state_row(struct canvas *c, int row, const struct gpu_reading *gpu)
{
    static const char *const mig[] = { [GPU_MIG_UNKNOWN] = "n/a", [GPU_MIG_OFF] = "off", [GPU_MIG_ON] = "on" };
    bool wrong = gpu->ecc_errors.known && gpu->ecc_errors.value > 0;
    bool held = gpu->throttles_known && gpu->throttles != 0;
    char errors[FIGURE_SIZE], text[128];

    gauge_number(errors, gpu->ecc_errors);
    snprintf(text, sizeof text, "errors %-6s MIG %s", errors, mig[gpu->mig]);
    left(c, row, "ecc", wrong ? ROLE_BAD : ROLE_NORMAL, text);
    gpu_readings_throttles(text, sizeof text, gpu);
    right(c, row, "throttled by", held ? ROLE_WARN : ROLE_NORMAL, text);
}

static void instance_row(struct canvas *c, int row, const struct gpu_instance *instance)
{
    char memory[FIGURE_SIZE];

    gauge_part(memory, instance->memory_used, instance->memory_total);
    gauge_draw(c, row, "MIG", gauge_share(instance->memory_used, instance->memory_total), memory);
    canvas_text(c, row, GAUGE_NEXT, instance->mine ? ROLE_STRONG : ROLE_NORMAL,
                instance->name[0] ? instance->name : instance->uuid);
}

static void process_row(struct canvas *c, int row, const struct gpu_process *process)
{
    enum role role = process->mine ? ROLE_STRONG : ROLE_NORMAL;
    char memory[FIGURE_SIZE];

    gauge_bytes(memory, process->memory);
    canvas_format(c, row, GAUGE_LABEL, role, "%*d", PID_COLUMNS - 1, process->pid);
    canvas_format(c, row, NAME_COLUMN, role, "%s%s", process->name[0] ? process->name : "n/a",
                  process->mine ? " (this one)" : "");
    canvas_text(c, row, RIGHT_COLUMN, role, memory);
}

static void processes_head(struct canvas *c, int row, const struct gpu_reading *gpu)
{
    char title[FIGURE_SIZE] = "process";

    if (gpu->processes_known && gpu->process_count > gpu_readings_listed(gpu))
        snprintf(title, sizeof title, "largest of %d", gpu->process_count);
    canvas_format(c, row, GAUGE_LABEL, ROLE_DIM, "%*s", PID_COLUMNS - 1, "pid");
    canvas_text(c, row, NAME_COLUMN, ROLE_DIM, title);
    canvas_text(c, row, RIGHT_COLUMN, ROLE_DIM,
                !gpu->processes_known ? "n/a" : gpu->process_count == 0 ? "none" : "memory");
}

int gpu_detail_listed(const struct gpu_reading *gpu)
{
    return gpu->instance_count + 1 + (gpu->processes_known ? gpu_readings_listed(gpu) : 0);
}

static void draw_list(struct canvas *c, const struct gpu_reading *gpu, int first)
{
    int row = -first, processes = gpu->processes_known ? gpu_readings_listed(gpu) : 0;

    for (int i = 0; i < gpu->instance_count; i++)
        instance_row(c, row++, &gpu->instances[i]);
    processes_head(c, row++, gpu);
    for (int i = 0; i < processes; i++)
        process_row(c, row++, &gpu->processes[i]);
}

void gpu_detail_draw(struct canvas *c, const struct gpu_reading *gpu, int first)
{
    static void (*const figures[GPU_DETAIL_FIGURES])(struct canvas *, int, const struct gpu_reading *) = {
        power_row, clock_row, traffic_row, state_row
    };
    struct canvas list = canvas_part(
        c, (struct rectangle){ GPU_DETAIL_FIGURES, 0, c->clip.rows - GPU_DETAIL_FIGURES, c->clip.columns });

    if (gpu->lost) {
        canvas_text(c, 0, GAUGE_LABEL, ROLE_BAD, gpu->trouble);
        return;
    }
    for (int row = 0; row < GPU_DETAIL_FIGURES && row < c->clip.rows; row++)
        figures[row](c, row, gpu);
    draw_list(&list, gpu, first);
}
