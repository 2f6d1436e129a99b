#include "tui/term/look.h"

#include <stdlib.h>
#include <string.h>

const char *const theme_names[] = {
#define THEME(name, help) #name,
    THEMES(THEME)
#undef THEME
    NULL,
};

/* What a role's colour stands for. A theme gives it one of the palette's eight, which people have set as they like
 * them, or one of the 256, which are the same everywhere. Few colours: each change of one and back costs 8 bytes. */
enum hue { OWN, FOCUS, TRAIN, VALID, GOOD, WARN, BAD, PINNED, HUE_COUNT };

static const struct {
    unsigned attributes;
    enum hue hue;
    unsigned mono;
} styles[ROLE_COUNT] = {
    [ROLE_NORMAL] = { LOOK_PLAIN, OWN, LOOK_PLAIN },
    [ROLE_FRAME] = { LOOK_PLAIN, OWN, LOOK_PLAIN },
    [ROLE_FRAME_FOCUS] = { LOOK_PLAIN, FOCUS, LOOK_BOLD },
    [ROLE_TITLE] = { LOOK_BOLD, OWN, LOOK_BOLD },
    [ROLE_DIM] = { LOOK_DIM, OWN, LOOK_PLAIN },
    [ROLE_STRONG] = { LOOK_BOLD, OWN, LOOK_BOLD },
    [ROLE_SELECTED] = { LOOK_REVERSE, OWN, LOOK_REVERSE },
    [ROLE_GOOD] = { LOOK_PLAIN, GOOD, LOOK_PLAIN },
    [ROLE_WARN] = { LOOK_PLAIN, WARN, LOOK_BOLD },
    [ROLE_BAD] = { LOOK_BOLD, BAD, LOOK_BOLD },
    [ROLE_TRAIN] = { LOOK_PLAIN, TRAIN, LOOK_PLAIN },
    [ROLE_VALID] = { LOOK_PLAIN, VALID, LOOK_BOLD },
    [ROLE_BAND] = { LOOK_DIM, TRAIN, LOOK_DIM },
    [ROLE_PAST] = { LOOK_DIM, OWN, LOOK_DIM },
    [ROLE_PINNED] = { LOOK_PLAIN, PINNED, LOOK_PLAIN },
    [ROLE_BAR] = { LOOK_PLAIN, OWN, LOOK_PLAIN },
    [ROLE_KEY] = { LOOK_BOLD, OWN, LOOK_BOLD },
    [ROLE_PIXELS] = { LOOK_PLAIN, OWN, LOOK_PLAIN },
};

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

/* On a light ground yellow, cyan and green are hard to read. `safe` has the colours of Okabe and Ito (2008): blue,
 * orange, vermilion, reddish purple. */
static const struct {
    short of_8, of_256;
} hues[THEME_COUNT][HUE_COUNT] = {
    [THEME_dark] = { [FOCUS] = { CYAN, CYAN }, [TRAIN] = { CYAN, CYAN }, [VALID] = { YELLOW, YELLOW },
                     [GOOD] = { GREEN, GREEN }, [WARN] = { YELLOW, YELLOW }, [BAD] = { RED, RED },
                     [PINNED] = { MAGENTA, MAGENTA } },
    [THEME_light] = { [FOCUS] = { BLUE, 25 }, [TRAIN] = { BLUE, 25 }, [VALID] = { RED, 130 },
                      [GOOD] = { GREEN, 22 }, [WARN] = { MAGENTA, 130 }, [BAD] = { RED, 124 },
                      [PINNED] = { MAGENTA, 90 } },
    [THEME_safe] = { [FOCUS] = { CYAN, 74 }, [TRAIN] = { CYAN, 74 }, [VALID] = { YELLOW, 214 },
                     [GOOD] = { CYAN, 74 }, [WARN] = { YELLOW, 214 }, [BAD] = { YELLOW, 202 },
                     [PINNED] = { MAGENTA, 175 } },
};

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] != '\0';
}

/* "0;15": black on white. Its last number is the ground's. */
static bool ground_is_light(void)
{
    const char *colors = getenv("COLORFGBG"), *ground = colors ? strrchr(colors, ';') : NULL;

    return ground && (strcmp(ground, ";7") == 0 || strcmp(ground, ";15") == 0);
}

enum theme look_theme(enum theme wanted)
{
    if (wanted != THEME_auto)
        return wanted;
    return is_set("NO_COLOR") ? THEME_mono : ground_is_light() ? THEME_light : THEME_dark;
}

struct look look_of(enum role role, enum theme theme, int colors)
{
    enum hue hue = styles[role].hue;

    if (theme == THEME_mono || colors < 8)
        return (struct look){ styles[role].mono, COLOR_OWN, COLOR_OWN };
    if (hue == OWN)
        return (struct look){ styles[role].attributes, COLOR_OWN, COLOR_OWN };
    return (struct look){ styles[role].attributes,
                          colors >= 256 ? hues[theme][hue].of_256 : hues[theme][hue].of_8, COLOR_OWN };
}

static int distance(const uint8_t rgb[3], const uint8_t of[3])
{
    int sum = 0;

    for (int i = 0; i < 3; i++)
        sum += (rgb[i] - of[i]) * (rgb[i] - of[i]);
    return sum;
}

/* The sixteen as xterm has them; people may have set others. */
static int nearest_of_few(const uint8_t rgb[3], int colors)
{
    static const uint8_t few[16][3] = {
        { 0, 0, 0 },       { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },   { 0, 0, 238 },    { 205, 0, 205 },
        { 0, 205, 205 },   { 229, 229, 229 }, { 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 },    { 255, 255, 0 },
        { 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
    };
    int best = 0;

    for (int i = 1; i < colors; i++)
        if (distance(rgb, few[i]) < distance(rgb, few[best]))
            best = i;
    return best;
}

/* A cube of 6 × 6 × 6, and 24 greys between black and white. */
static int nearest_of_256(const uint8_t rgb[3])
{
    static const uint8_t levels[6] = { 0, 95, 135, 175, 215, 255 };
    const int sum = rgb[0] + rgb[1] + rgb[2], grey = sum <= 3 * 8 ? 0 : sum >= 3 * 238 ? 23 : (sum / 3 - 3) / 10;
    const uint8_t of_grey = (uint8_t)(8 + 10 * grey);
    uint8_t of_cube[3];
    int cube = 0;

    for (int i = 0; i < 3; i++) {
        int level = rgb[i] < 48 ? 0 : rgb[i] < 115 ? 1 : (rgb[i] - 35) / 40;

        cube = 6 * cube + level;
        of_cube[i] = levels[level];
    }
    return distance(rgb, (const uint8_t[]){ of_grey, of_grey, of_grey }) < distance(rgb, of_cube) ? 232 + grey
                                                                                                    : 16 + cube;
}

static int nearest(const uint8_t rgb[3], int colors)
{
    if (colors >= COLORS_ALL)
        return COLOR_DIRECT | rgb[0] << 16 | rgb[1] << 8 | rgb[2];
    return colors >= 256 ? nearest_of_256(rgb) : nearest_of_few(rgb, colors >= 16 ? 16 : 8);
}

struct look look_of_pixels(const uint8_t ink[3], const uint8_t ground[3], int colors)
{
    return (struct look){ LOOK_PLAIN, nearest(ink, colors), nearest(ground, colors) };
}
