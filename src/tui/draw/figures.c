#include "tui/draw/figures.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/draw/canvas.h"
#include "tui/draw/utf8.h"

double figure_hold(double shown, double fresh, double tolerance)
{
    return fabs(fresh - shown) <= tolerance ? shown : fresh;
}

void figure_count(char out[FIGURE_SIZE], uint32_t count)
{
    if (count < 1000)
        snprintf(out, FIGURE_SIZE, "%u", (unsigned)count);
    else if (count < 10000 && count % 1000 >= 100)
        snprintf(out, FIGURE_SIZE, "%u.%uk", (unsigned)(count / 1000), (unsigned)(count % 1000 / 100));
    else if (count < 1000000)
        snprintf(out, FIGURE_SIZE, "%uk", (unsigned)(count / 1000));
    else
        snprintf(out, FIGURE_SIZE, "%.1fM", count / 1e6);
}

void figure_speed(char out[FIGURE_SIZE], double per_second)
{
    if (!(per_second > 0)) {
        snprintf(out, FIGURE_SIZE, "n/a");
        return;
    }

    double unit = pow(10, floor(log10(per_second)) - 2);
    double rounded = round(per_second / unit) * unit;

    if (rounded < 10)
        snprintf(out, FIGURE_SIZE, "%.2f", rounded);
    else if (rounded < 100)
        snprintf(out, FIGURE_SIZE, "%.1f", rounded);
    else if (rounded < 10000)
        snprintf(out, FIGURE_SIZE, "%.0f", rounded);
    else
        snprintf(out, FIGURE_SIZE, "%.0f %03.0f", floor(rounded / 1000), fmod(rounded, 1000));
}

void figure_loss(char out[FIGURE_SIZE], double loss)
{
    enum { COLUMNS = 5 };

    for (int decimals = COLUMNS - 2; decimals >= 0; decimals--)
        if (snprintf(out, FIGURE_SIZE, "%.*f", decimals, loss) <= COLUMNS)
            return;
    snprintf(out, FIGURE_SIZE, "%.0e", loss);
}

void figure_left(char out[FIGURE_SIZE], double seconds)
{
    if (!(seconds >= 0) || seconds > 1e7)
        snprintf(out, FIGURE_SIZE, "n/a");
    else if (seconds < 60)
        snprintf(out, FIGURE_SIZE, "%.0f s", floor(seconds));
    else if (seconds < 3600)
        snprintf(out, FIGURE_SIZE, "%.0f min", floor(seconds / 60));
    else
        snprintf(out, FIGURE_SIZE, "%.0f h %02.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
}

void figure_path(char *out, size_t size, const char *path, int columns)
{
    const char *home = getenv("HOME"), *rest = path;
    size_t length = home ? strlen(home) : 0;
    bool at_home = length > 1 && strncmp(path, home, length) == 0 && path[length] == '/';

    snprintf(out, size, "%s%s", at_home ? "~" : "", at_home ? path + length : path);
    if (canvas_text_width(out) <= columns)
        return;
    while (*rest != '\0' && canvas_text_width(rest) > columns - 3)
        utf8_next(&rest);
    snprintf(out, size, "...%s", strchr(rest, '/') ? strchr(rest, '/') : rest);
}
