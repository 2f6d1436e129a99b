/* What the terminal can do, and the sequences for it: terminfo's, or those of ECMA-48 where terminfo has no description
 * of the terminal nor of a common one. The only file that uses terminfo. */
#ifndef TUI_CAPABILITIES_H
#define TUI_CAPABILITIES_H

#include "base/error.h"
#include "tui/term/input.h"

/* Name, terminfo's name, the sequence of ECMA-48 and xterm. */
#define CAPABILITIES(X) \
    X(MOVE, "cup", "\033[%i%p1%d;%p2%dH") \
    X(ROW, "vpa", "\033[%i%p1%dd") \
    X(COLUMN, "hpa", "\033[%i%p1%dG") \
    X(RIGHT, "cuf", "\033[%p1%dC") \
    X(CLEAR, "clear", "\033[H\033[2J") \
    X(ERASE_LINE, "el", "\033[K") \
    X(ERASE, "ech", "\033[%p1%dX") \
    X(RESET, "sgr0", "\033[m") \
    X(BOLD, "bold", "\033[1m") \
    X(DIM, "dim", "\033[2m") \
    X(REVERSE, "rev", "\033[7m") \
    X(COLOR, "setaf", "\033[3%p1%dm") \
    X(GROUND, "setab", "\033[4%p1%dm") \
    X(SCROLLED, "csr", "\033[%i%p1%d;%p2%dr") \
    X(OVERWRITE, "rmir", "\033[4l") \
    X(WRAP, "smam", "\033[?7h") \
    X(NO_WRAP, "rmam", "\033[?7l") \
    X(BEGIN, "smcup", "\033[?1049h") \
    X(END, "rmcup", "\033[?1049l") \
    X(HIDE, "civis", "\033[?25l") \
    X(SHOW, "cnorm", "\033[?25h")

enum capability {
#define CAPABILITY(name, terminfo, ansi) CAN_##name,
    CAPABILITIES(CAPABILITY)
#undef CAPABILITY
    CAPABILITY_COUNT
};

enum { SEQUENCE_SIZE = 64 };

struct capabilities {
    char format[CAPABILITY_COUNT][2 * SEQUENCE_SIZE]; /* "": it cannot */
    int colors;         /* of its palette; 0: none */
    bool direct;        /* it shows any red, green and blue */
    int rows, columns;  /* where the system does not tell */
    bool wraps;         /* it cannot be kept from it: behind the last column the cursor is in no place that is known */
    bool stays;         /* after a character in the last column the cursor is still in that row */
    bool mouse;         /* it is known to report one */
    bool described;     /* by terminfo, which knows its keys, too */
    bool known;         /* by that name: what is described is no common terminal instead */
};

/* `type` is the value of TERM, or NULL; an unknown type is treated as a common one. */
bool capabilities_open(struct capabilities *c, const char *type, struct error *e);
void capabilities_close(struct capabilities *c);

/* Writes a sequence with its parameters into `out`; returns its length, 0 when the terminal has none. */
int capabilities_write(const struct capabilities *c, enum capability which, int first, int second,
                       char out[SEQUENCE_SIZE]);

/* Tells `in` the sequences of this terminal's keys. */
void capabilities_learn_keys(const struct capabilities *c, struct input *in);

#endif
