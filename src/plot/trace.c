#include "plot/trace.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

enum { ROOM_AT_FIRST = 256 };

static void merge(struct trace_point *into, const struct trace_point *other)
{
    uint64_t count = into->count + other->count;
    double share = (double)other->count / (double)count;

    for (int axis = 0; axis < AXIS_COUNT; axis++)
        into->x[axis] += (other->x[axis] - into->x[axis]) * share;
    into->mean += (other->mean - into->mean) * (float)share;
    into->low = fminf(into->low, other->low);
    into->high = fmaxf(into->high, other->high);
    into->count = count;
}

static void merge_pairs(struct trace *t)
{
    size_t half = t->count / 2;

    for (size_t i = 0; i < half; i++) {
        t->points[i] = t->points[2 * i];
        merge(&t->points[i], &t->points[2 * i + 1]);
    }
    t->count = half;
    t->merged *= 2;
}

static bool make_room(struct trace *t)
{
    if (t->count < t->room)
        return true;
    if (t->room == TRACE_POINTS_MAX) {
        merge_pairs(t);
        return true;
    }

    size_t room = t->room ? size_min(t->room * 2, TRACE_POINTS_MAX) : ROOM_AT_FIRST;
    struct trace_point *points = realloc(t->points, room * sizeof *points);

    if (!points)
        return false;
    t->points = points;
    t->room = room;
    return true;
}

static float low_of(const struct trace_value *v)
{
    return v->count > 1 ? v->low : v->y;
}

static float high_of(const struct trace_value *v)
{
    return v->count > 1 ? v->high : v->y;
}

static void note(struct trace *t, const struct trace_value *v)
{
    bool first = t->count == 0;

    if (first || low_of(v) < t->low.y) {
        t->low = *v;
        t->low.y = low_of(v);
    }
    if (first || high_of(v) > t->high.y) {
        t->high = *v;
        t->high.y = high_of(v);
    }
    t->last = *v;
}

bool trace_add(struct trace *t, struct trace_value v)
{
    struct trace_point point = {
        .low = low_of(&v), .high = high_of(&v), .mean = v.y, .count = v.count > 0 ? v.count : 1
    };

    for (int axis = 0; axis < AXIS_COUNT; axis++) {
        if (!isfinite(v.x[axis]))
            return true;
        point.x[axis] = v.x[axis];
    }
    if (!isfinite(v.y))
        return true;
    if (t->merged == 0)
        t->merged = 1;
    if (t->count > 0 && t->points[t->count - 1].count < t->merged) {
        note(t, &v);
        merge(&t->points[t->count - 1], &point);
        return true;
    }
    if (!make_room(t))
        return false;
    note(t, &v);
    t->points[t->count++] = point;
    return true;
}

void trace_free(struct trace *t)
{
    free(t->points);
    *t = (struct trace){ 0 };
}

size_t trace_find(const struct trace *t, enum axis axis, double x)
{
    size_t low = 0, high = t->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->points[middle].x[axis] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
