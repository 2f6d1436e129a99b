/* Keys from the bytes that a terminal sends: UTF-8, function and cursor keys of the common terminals, Alt, pasted text
 * between its marks (ESC [ 200 ~ and ESC [ 201 ~), and answers to status requests. Pure: the time is an argument. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/term/keycodes.h"

enum {
    INPUT_ANSWER = -1,  /* ESC [ 0 n: the terminal has handled everything up to the last status request */
    INPUT_REPEATED = -2, /* ESC [ 2 ; 10 R: the cursor is where it has to be after pen_probe_repeats() */
    INPUT_ROOM = 512,   /* bytes that can wait */
    INPUT_LEARNED = 32, /* sequences of the terminal in use */
    INPUT_SEQUENCE = 16
};

enum { PROBED_ROW = 2, PROBED_COLUMN = 10 }; /* from 1 on */

struct input {
    unsigned char bytes[INPUT_ROOM];
    size_t used;
    double arrived; /* when the newest byte came */
    bool pasting;   /* the mark of its beginning came, and that of its end has not */
    int n_learned;
    struct {
        char sequence[INPUT_SEQUENCE];
        int key;
    } learned[INPUT_LEARNED];
};

/* Adds a sequence that the terminal in use is known to send (from terminfo). One that does not begin with ESC is
 * ignored, and so is NULL. Learned sequences take precedence over the common ones. */
void input_learn(struct input *in, const char *sequence, int key);

size_t input_room(const struct input *in);
void input_feed(struct input *in, const void *bytes, size_t size, double now);

/* The next key (keycodes.h), INPUT_ANSWER or INPUT_REPEATED, or KEYCODE_NONE while what is there is not complete. An
 * ESC that nothing follows becomes KEYCODE_ESCAPE after a tenth of a second; a longer sequence that stays incomplete
 * is dropped. Pasted characters have KEYCODE_PASTED. Should the mark of a paste's end be lost, Esc and Ctrl-C end it,
 * which are never pasted. */
int input_next(struct input *in, double now);

/* Seconds until input_next() decides about something incomplete; negative when nothing waits. */
double input_wait(const struct input *in, double now);

#endif
