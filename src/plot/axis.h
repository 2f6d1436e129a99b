/* The axes along which a run's curves can be drawn, with ticks at round places that fit the columns of a screen. */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

/* Position, the name that is shown. */
#define AXES(X) \
    X(EPOCH, "epoch") \
    X(STEP, "step") \
    X(TIME, "time")

enum axis {
#define AXIS_POSITION(position, name) AXIS_##position,
    AXES(AXIS_POSITION)
#undef AXIS_POSITION
    AXIS_COUNT
};

enum { AXIS_TICKS_MAX = 32, AXIS_LABEL_SIZE = 24 };

struct axis_tick {
    double at;
    char label[AXIS_LABEL_SIZE]; /* ASCII */
};

const char *axis_name(enum axis axis);

/* The ticks from `low` to `high`, as close as their labels can stand on so many columns with two blanks between them.
 * Epochs and steps are numbers, times are in seconds. Returns how many; 0 where low < high does not hold. */
int axis_ticks(enum axis axis, double low, double high, int columns, struct axis_tick out[AXIS_TICKS_MAX]);

/* A place on the axis as a figure: "3.42", "1204", "2:05". `span` is what the axis shows, and decides how exact. */
void axis_figure(enum axis axis, double at, double span, char out[AXIS_LABEL_SIZE]);

#endif
