#include "tui/term/capabilities.h"

#include <curses.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/program.h"
#include "base/text.h"

#undef columns /* term.h names every capability of a terminal, this one too */

static const struct {
    const char *terminfo, *ansi;
} names[CAPABILITY_COUNT] = {
#define CAPABILITY(name, terminfo, ansi) [CAN_##name] = { terminfo, ansi },
    CAPABILITIES(CAPABILITY)
#undef CAPABILITY
};

static const struct {
    const char *terminfo;
    int key;
} terminal_keys[] = {
    { "kcuu1", KEYCODE_UP },     { "kcud1", KEYCODE_DOWN },    { "kcub1", KEYCODE_LEFT },
    { "kcuf1", KEYCODE_RIGHT },  { "khome", KEYCODE_HOME },    { "kend", KEYCODE_END },
    { "kpp", KEYCODE_PAGE_UP },  { "knp", KEYCODE_PAGE_DOWN }, { "kich1", KEYCODE_INSERT },
    { "kdch1", KEYCODE_DELETE }, { "kcbt", KEYCODE_BACK_TAB }, { "kent", KEYCODE_ENTER },
    { "kf1", KEYCODE_F1 },       { "kf2", KEYCODE_F2 },        { "kf3", KEYCODE_F3 },
    { "kf4", KEYCODE_F4 },       { "kf5", KEYCODE_F5 },        { "kf6", KEYCODE_F6 },
    { "kf7", KEYCODE_F7 },       { "kf8", KEYCODE_F8 },        { "kf9", KEYCODE_F9 },
    { "kf10", KEYCODE_F10 },
};

static const char *find(const char *name)
{
    const char *sequence = tigetstr((char *)name);

    return sequence == (char *)-1 ? NULL : sequence;
}

/* What others need: the way back from a character set (ESC ( B, SI) programs that draw lines with one, titles that are
 * kept and brought back (ESC [ 22, 23) those that change them. */
static size_t needless(const char *at)
{
    static const char *const sequences[] = { "\033(B", "\017", "\033[22;0;0t", "\033[23;0;0t" };

    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (strncmp(at, sequences[i], strlen(sequences[i])) == 0)
            return strlen(sequences[i]);
    return 0;
}

/* Delays ($<5>) were needed by hardware terminals alone. */
static void copy_plain(char *to, size_t size, const char *from)
{
    size_t used = 0;

    while (from && *from != '\0' && used + 1 < size) {
        const char *end = strncmp(from, "$<", 2) == 0 ? strchr(from, '>') : NULL;

        if (end)
            from = end + 1;
        else if (needless(from) > 0)
            from += needless(from);
        else
            to[used++] = *from++;
    }
    to[used] = '\0';
}

/* The environment in which terminfo looks into a bundle, too, or the program's own: on other systems descriptions may
 * lie elsewhere, or hardly any may be there. The user's places come first. */
static char **terminfo_environment(void)
{
    static char **made, setting[2 * PATH_SIZE] = "TERMINFO_DIRS=";
    static const char *const settings[] = { setting };
    const char *users = getenv("TERMINFO_DIRS");
    char folder[PATH_SIZE];

    if (!made && program_beside(folder, "../share/cuvette/terminfo") &&
        (!users || text_append(setting, sizeof setting, "%s:", users)) &&
        text_append(setting, sizeof setting, "%s", folder))
        made = environment_with(settings, 1);
    return made ? made : environ;
}

static bool is_described(const char *type)
{
    char **outside = environ;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

    environ = terminfo_environment();
    bool good = type && type[0] != '\0' && null >= 0 && setupterm((char *)type, null, &status) == OK;

    environ = outside;
    if (null >= 0)
        close(null);
    return good;
}

/* What terminfo rarely knows, terminals tell in their environment. */
static bool shows_any_color(void)
{
    const char *told = getenv("COLORTERM");

    return tigetflag("RGB") > 0 || tigetflag("Tc") > 0 ||
           (told && (strcmp(told, "truecolor") == 0 || strcmp(told, "24bit") == 0));
}

/* The region that scrolls is only ever the whole screen, for which ECMA-48's sequence needs no numbers. */
static void shorten(struct capabilities *c)
{
    if (strcmp(c->format[CAN_SCROLLED], names[CAN_SCROLLED].ansi) == 0)
        text_copy(c->format[CAN_SCROLLED], sizeof c->format[CAN_SCROLLED], "\033[r");
}

static void take_common(struct capabilities *c)
{
    *c = (struct capabilities){ .colors = 8, .rows = 24, .columns = 80, .stays = true, .mouse = true };
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        text_copy(c->format[i], sizeof c->format[i], names[i].ansi);
    shorten(c);
}

static void take_described(struct capabilities *c)
{
    int rows = tigetnum("lines"), columns_ = tigetnum("cols"), colors = tigetnum("colors");

    *c = (struct capabilities){
        .colors = colors > 0 ? colors : 0,
        .rows = rows > 0 ? rows : 24,
        .columns = columns_ > 0 ? columns_ : 80,
        .stays = tigetflag("xenl") > 0 || tigetflag("am") <= 0,
        .mouse = find("kmous") != NULL,
        .direct = colors >= 8 && shows_any_color(),
        .described = true,
    };
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        copy_plain(c->format[i], sizeof c->format[i], find(names[i].terminfo));
    shorten(c);
    c->wraps = c->format[CAN_NO_WRAP][0] == '\0' || c->format[CAN_WRAP][0] == '\0';
    c->stays = c->stays || !c->wraps;
}

bool capabilities_open(struct capabilities *c, const char *type, struct error *e)
{
    const char *candidates[] = { type, "xterm-256color", "xterm", "vt100", "ansi" };
    enum { CANDIDATES = sizeof candidates / sizeof candidates[0] };
    int i = 0;

    while (i < CANDIDATES && !is_described(candidates[i]))
        i++;
    if (i == CANDIDATES) {
        take_common(c);
        return true;
    }
    take_described(c);
    c->known = i == 0;
    if (c->format[CAN_MOVE][0] != '\0' && c->format[CAN_CLEAR][0] != '\0')
        return true;
    return error_set(e, ERROR_USAGE,
                     "a terminal of type \"%s\" cannot move its cursor: set TERM to what it really is, "
                     "or use `cuvette train`",
                     candidates[i]);
}

void capabilities_close(struct capabilities *c)
{
    if (c->described)
        del_curterm(cur_term);
    c->described = false;
}

int capabilities_write(const struct capabilities *c, enum capability which, int first, int second,
                       char out[SEQUENCE_SIZE])
{
    const char *sequence;

    if (c->format[which][0] == '\0')
        return 0;
    sequence = tparm((char *)c->format[which], (long)first, (long)second, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    if (!sequence || strlen(sequence) >= SEQUENCE_SIZE)
        return 0;
    return snprintf(out, SEQUENCE_SIZE, "%s", sequence);
}

void capabilities_learn_keys(const struct capabilities *c, struct input *in)
{
    for (size_t i = 0; c->described && i < sizeof terminal_keys / sizeof terminal_keys[0]; i++)
        input_learn(in, find(terminal_keys[i].terminfo), terminal_keys[i].key);
}
