/* Keys out of the bytes a terminal sends: UTF-8, function and cursor keys of the common terminals, Alt, and the
 * answers to status requests. Pure: time comes in as an argument. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys.h"

enum {
    INPUT_ANSWER = -1,  /* ESC [ 0 n: the terminal has come as far as the last status request */
    INPUT_ROOM = 512,   /* bytes that wait */
    INPUT_LEARNED = 32, /* sequences of this terminal */
    INPUT_SEQUENCE = 16
};

struct input {
    unsigned char bytes[INPUT_ROOM];
    size_t used;
    double arrived; /* when the newest byte came */
    int n_learned;
    struct {
        char sequence[INPUT_SEQUENCE];
        int key;
    } learned[INPUT_LEARNED];
};

/* Adds a sequence this terminal is known to send (from terminfo); those that do not begin with ESC are left out, and
 * so is NULL. Learned ones come before the common ones. */
void input_learn(struct input *in, const char *sequence, int key);

size_t input_room(const struct input *in);
void input_feed(struct input *in, const void *bytes, size_t size, double now);

/* The next key (keys.h; 3 is Ctrl-C), INPUT_ANSWER, or KEYCODE_NONE when what is there is not complete yet. An ESC with
 * nothing behind it becomes KEYCODE_ESCAPE after a tenth of a second; a longer sequence that stays broken is dropped. */
int input_next(struct input *in, double now);

/* Seconds until input_next() would decide about something incomplete; negative when nothing waits. */
double input_wait(const struct input *in, double now);

#endif
