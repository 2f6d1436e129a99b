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
        return (struct look){ styles[role].mono, COLOR_OWN };
    if (hue == OWN)
        return (struct look){ styles[role].attributes, COLOR_OWN };
    return (struct look){ styles[role].attributes,
                          colors >= 256 ? hues[theme][hue].of_256 : hues[theme][hue].of_8 };
}
