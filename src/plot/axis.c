#include "plot/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BLANKS = 2, LADDER_MOST = 60 };
static const double slack = 1e-9, minute = 60, hour = 3600;

static const char *const names[AXIS_COUNT] = {
#define NAME(position, name) [AXIS_##position] = name,
    AXES(NAME)
#undef NAME
};

const char *axis_name(enum axis axis)
{
    return names[axis];
}

/* The next larger distance of ticks: 1, 2 or 5 times a power of ten. */
static double next_round(double step)
{
    double unit = pow(10, floor(log10(step) + slack)), digit = step / unit;

    return digit < 1.5 ? 2 * unit : digit < 3 ? 5 * unit : 10 * unit;
}

static double next_time(double step)
{
    static const double ladder[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200,
                                     86400 };
    enum { RUNGS = sizeof ladder / sizeof *ladder };

    for (int i = 0; step > 1 - slack && i < RUNGS; i++)
        if (ladder[i] > step * (1 + slack))
            return ladder[i];
    return step < 1 - slack ? next_round(step) : 2 * step;
}

static int decimals_of(double step)
{
    return step < 1 - slack ? (int)-floor(log10(step) + slack) : 0;
}

static void epoch_label(double at, double step, char out[AXIS_LABEL_SIZE])
{
    snprintf(out, AXIS_LABEL_SIZE, "%.*f", decimals_of(step), at);
}

static void step_label(double at, double step, char out[AXIS_LABEL_SIZE])
{
    const double thousand = 1e3, million = 1e6;

    if (at >= million && fmod(step, thousand) < 1)
        snprintf(out, AXIS_LABEL_SIZE, "%.10gM", at / million);
    else if (at >= thousand && fmod(step, thousand / 10) < 1)
        snprintf(out, AXIS_LABEL_SIZE, "%.10gk", at / thousand);
    else
        snprintf(out, AXIS_LABEL_SIZE, "%.0f", at);
}

static void time_label(double at, double step, char out[AXIS_LABEL_SIZE])
{
    if (at < step / 2)
        snprintf(out, AXIS_LABEL_SIZE, "0");
    else if (at < minute - slack)
        snprintf(out, AXIS_LABEL_SIZE, "%.*f s", decimals_of(step), at);
    else if (step < minute - slack && at < hour - slack)
        snprintf(out, AXIS_LABEL_SIZE, "%.0f:%02.0f", floor(at / minute), floor(fmod(at, minute)));
    else if (at < hour - slack)
        snprintf(out, AXIS_LABEL_SIZE, "%.0f min", at / minute);
    else if (step < minute - slack)
        snprintf(out, AXIS_LABEL_SIZE, "%.0f:%02.0f:%02.0f", floor(at / hour), floor(fmod(at, hour) / minute),
                 floor(fmod(at, minute)));
    else
        snprintf(out, AXIS_LABEL_SIZE, "%.0f:%02.0f h", floor(at / hour), floor(fmod(at, hour) / minute));
}

static const struct {
    double least; /* distance of ticks: there is nothing between two steps */
    double (*next)(double step);
    void (*label)(double at, double step, char out[AXIS_LABEL_SIZE]);
} kinds[AXIS_COUNT] = {
    [AXIS_EPOCH] = { 1e-3, next_round, epoch_label },
    [AXIS_STEP] = { 1, next_round, step_label },
    [AXIS_TIME] = { 1e-2, next_time, time_label },
};

/* True when the labels of all ticks have room; `out` then has the ticks. */
static int place(enum axis axis, double low, double high, double step, int columns, struct axis_tick *out)
{
    double first = ceil(low / step - slack), room = step / (high - low) * columns;
    int count = 0;

    if ((high - low) / step >= AXIS_TICKS_MAX - 1)
        return -1;
    for (double i = first; i * step <= high + slack * step; i++) {
        struct axis_tick *tick = &out[count++];

        tick->at = i * step + 0.0; /* not "-0" */
        kinds[axis].label(tick->at, step, tick->label);
        if ((double)strlen(tick->label) + BLANKS > room)
            return -1;
    }
    return count;
}

int axis_ticks(enum axis axis, double low, double high, int columns, struct axis_tick out[AXIS_TICKS_MAX])
{
    double step = kinds[axis].least;
    int count = -1;

    if (!(low >= 0 && low < high && isfinite(high)))
        return 0;
    for (int rung = 0; count < 0 && rung < LADDER_MOST; rung++, step = kinds[axis].next(step))
        count = place(axis, low, high, step, columns, out);
    return count > 0 ? count : 0;
}

void axis_figure(enum axis axis, double at, double span, char out[AXIS_LABEL_SIZE])
{
    const double parts = 200; /* that a reader wants to tell apart */

    switch (axis) {
    case AXIS_EPOCH: epoch_label(at, pow(10, floor(log10(fmax(span, slack) / parts))), out); break;
    case AXIS_STEP: snprintf(out, AXIS_LABEL_SIZE, "%.0f", at); break;
    default: time_label(at, span < minute ? 0.1 : 1, out);
    }
}
