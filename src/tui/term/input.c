#include "tui/term/input.h"

#include <string.h>

#include "tui/draw/utf8.h"
#include "tui/term/mouse.h"

static const double escape_seconds = 0.1; /* a sequence comes in one piece; a finger takes longer */
static const double broken_seconds = 1;   /* a sequence that was cut by a slow link */

enum { ESC = 27, SEQUENCE_MOST = 32 };

/* For input_next() alone, like INPUT_ANSWER. */
enum { PASTE_BEGINS = -3, PASTE_ENDS = -4 };

/* What the waiting bytes begin with: a key of `length` bytes, or nothing yet (length 0). */
struct found {
    int key; /* KEYCODE_NONE: complete, but no key that we know */
    size_t length;
};

static const struct found incomplete = { KEYCODE_NONE, 0 };

/* ESC [ … letter, and ESC O letter. */
static const struct {
    char letter;
    int key;
} letters[] = {
    { 'A', KEYCODE_UP },   { 'B', KEYCODE_DOWN }, { 'C', KEYCODE_RIGHT },    { 'D', KEYCODE_LEFT },
    { 'a', KEYCODE_UP },   { 'b', KEYCODE_DOWN }, { 'c', KEYCODE_RIGHT },    { 'd', KEYCODE_LEFT }, /* rxvt, shifted */
    { 'H', KEYCODE_HOME }, { 'F', KEYCODE_END },  { 'Z', KEYCODE_BACK_TAB }, { 'P', KEYCODE_F1 },
    { 'Q', KEYCODE_F2 },   { 'R', KEYCODE_F3 },   { 'S', KEYCODE_F4 },
};

/* ESC O letter alone: the keypad in application mode. */
static const struct {
    char letter;
    int key;
} keypad[] = {
    { 'M', KEYCODE_ENTER }, { 'I', KEYCODE_TAB }, { ' ', ' ' }, { 'X', '=' }, { 'j', '*' }, { 'k', '+' }, { 'l', ',' },
    { 'm', '-' },           { 'n', '.' },         { 'o', '/' }, { 'p', '0' }, { 'q', '1' }, { 'r', '2' }, { 's', '3' },
    { 't', '4' },           { 'u', '5' },         { 'v', '6' }, { 'w', '7' }, { 'x', '8' }, { 'y', '9' },
};

/* ESC [ number ~ */
static const int numbers[] = {
    [1] = KEYCODE_HOME,      [2] = KEYCODE_INSERT, [3] = KEYCODE_DELETE, [4] = KEYCODE_END, [5] = KEYCODE_PAGE_UP,
    [6] = KEYCODE_PAGE_DOWN, [7] = KEYCODE_HOME,   [8] = KEYCODE_END,    [11] = KEYCODE_F1, [12] = KEYCODE_F2,
    [13] = KEYCODE_F3,       [14] = KEYCODE_F4,    [15] = KEYCODE_F5,    [17] = KEYCODE_F6, [18] = KEYCODE_F7,
    [19] = KEYCODE_F8,       [20] = KEYCODE_F9,    [21] = KEYCODE_F10,
};

void input_learn(struct input *in, const char *sequence, int key)
{
    if (sequence == NULL || sequence[0] != ESC || strlen(sequence) < 2 || strlen(sequence) >= INPUT_SEQUENCE ||
        in->n_learned == INPUT_LEARNED)
        return;
    strcpy(in->learned[in->n_learned].sequence, sequence);
    in->learned[in->n_learned++].key = key;
}

size_t input_room(const struct input *in)
{
    return INPUT_ROOM - in->used;
}

void input_feed(struct input *in, const void *bytes, size_t size, double now)
{
    if (size > input_room(in))
        size = input_room(in);
    memcpy(in->bytes + in->used, bytes, size);
    in->used += size;
    in->arrived = now;
}

static struct found find_learned(const struct input *in)
{
    for (int i = 0; i < in->n_learned; i++) {
        size_t length = strlen(in->learned[i].sequence);

        if (length <= in->used && memcmp(in->bytes, in->learned[i].sequence, length) == 0)
            return (struct found){ in->learned[i].key, length };
    }
    return incomplete;
}

static int letter_key(unsigned char letter)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == letter)
            return letters[i].key;
    return KEYCODE_NONE;
}

static int keypad_key(unsigned char letter)
{
    for (size_t i = 0; i < sizeof keypad / sizeof keypad[0]; i++)
        if (keypad[i].letter == letter)
            return keypad[i].key;
    return letter_key(letter);
}

static int csi_key(unsigned char final, unsigned char marker, int number, int second)
{
    switch (final) {
    case 'n':
        return marker == '\0' && number == 0 ? INPUT_ANSWER : KEYCODE_NONE;
    case 'R': /* in the first row it would be F3 with Shift, Control or so */
        if (number > 1)
            return number == PROBED_ROW && second == PROBED_COLUMN ? INPUT_REPEATED : KEYCODE_NONE;
        return marker == '\0' ? letter_key(final) : KEYCODE_NONE;
    case '~':
        if (number == 200 || number == 201)
            return number == 200 ? PASTE_BEGINS : PASTE_ENDS;
        return number < (int)(sizeof numbers / sizeof numbers[0]) ? numbers[number] : KEYCODE_NONE;
    case '^': /* rxvt: with Control, Shift, both */
    case '$':
    case '@':
        return number < (int)(sizeof numbers / sizeof numbers[0]) ? numbers[number] : KEYCODE_NONE;
    default:
        return marker == '\0' ? letter_key(final) : KEYCODE_NONE;
    }
}

/* ECMA-48: ESC [ parameters (0x30–0x3F) intermediates (0x20–0x2F) final (0x40–0x7E). */
static struct found find_csi(const unsigned char *bytes, size_t used)
{
    unsigned char marker = '\0';
    int parameters[2] = { 0 }, n = 0; /* the first two parameters */

    if (used >= 3 && bytes[2] == '[') /* the Linux console's F1 to F5: ESC [ [ A */
        return used < 4 ? incomplete
                        : (struct found){ bytes[3] >= 'A' && bytes[3] <= 'E' ? KEYCODE_F1 + bytes[3] - 'A' : 0, 4 };
    for (size_t i = 2; i < used; i++) {
        unsigned char byte = bytes[i];

        if ((byte >= 0x40 && byte <= 0x7E) || (byte == '$' && marker == '\0' && i > 2))
            return (struct found){ csi_key(byte, marker, parameters[0], parameters[1]), i + 1 };
        if (byte < 0x20 || byte > 0x7E || i >= SEQUENCE_MOST)
            return (struct found){ KEYCODE_NONE, i }; /* broken off: this byte begins something new */
        if (byte >= '0' && byte <= '9' && n < 2 && parameters[n] < 1000)
            parameters[n] = parameters[n] * 10 + byte - '0';
        else if (byte >= '<' && byte <= '?')
            marker = byte;
        else
            n++;
    }
    return incomplete;
}

/* Which event the first number of a report means; -1: none that we know. Shift, Alt and Control are other bits. */
static int mouse_event_in(int number, bool pressed)
{
    enum { BUTTON = 3, MOVED = 32, WHEEL = 64, ABOVE = ~(BUTTON | 4 | 8 | 16 | MOVED | WHEEL) };
    int button = number & BUTTON;

    if (number & ABOVE)
        return -1;
    if (number & WHEEL)
        return !pressed || button > 1 ? -1 : button == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    if (button != 0)
        return -1;
    return !pressed ? MOUSE_RELEASE : number & MOVED ? MOUSE_DRAG : MOUSE_PRESS;
}

/* A mouse's report (mode 1006): ESC [ < event ; column ; row M, or m where the button was let go. Places are from 1. */
static struct found find_mouse(const unsigned char *bytes, size_t used)
{
    enum { NUMBERS = 3 };
    int numbers_in[NUMBERS] = { 0 }, n = 0;

    for (size_t i = 3; i < used; i++) {
        unsigned char byte = bytes[i];

        if (byte >= '0' && byte <= '9') {
            if (numbers_in[n] <= MOUSE_PLACE_MOST)
                numbers_in[n] = numbers_in[n] * 10 + byte - '0';
        } else if (byte == ';' && n + 1 < NUMBERS) {
            n++;
        } else if (byte == 'M' || byte == 'm') {
            int event = n + 1 == NUMBERS ? mouse_event_in(numbers_in[0], byte == 'M') : -1;
            bool placed = event >= 0 && numbers_in[1] >= 1 && numbers_in[1] <= MOUSE_PLACE_MOST &&
                          numbers_in[2] >= 1 && numbers_in[2] <= MOUSE_PLACE_MOST;

            return (struct found){ placed ? mouse_code(event, numbers_in[2] - 1, numbers_in[1] - 1) : KEYCODE_NONE,
                                   i + 1 };
        } else {
            return (struct found){ KEYCODE_NONE, i }; /* broken off: this byte begins something new */
        }
        if (i >= SEQUENCE_MOST)
            return (struct found){ KEYCODE_NONE, i + 1 };
    }
    return incomplete;
}

/* The older report of a terminal without mode 1006: ESC [ M, then event, column and row as characters from ' ' on. */
static struct found find_old_mouse(const unsigned char *bytes, size_t used)
{
    enum { LENGTH = 6, RELEASED = 3 };

    if (used < LENGTH)
        return incomplete;

    int number = bytes[3] - ' ', column = bytes[4] - ' ' - 1, row = bytes[5] - ' ' - 1;
    bool released = (number & ~(4 | 8 | 16)) == RELEASED;
    int event = number < 0 ? -1 : released ? MOUSE_RELEASE : mouse_event_in(number, true);

    return (struct found){ event < 0 || column < 0 || row < 0 ? KEYCODE_NONE : mouse_code(event, row, column), LENGTH };
}

static struct found find_character(const unsigned char *bytes, size_t used)
{
    size_t length = (size_t)utf8_length(bytes[0]);
    char text[UTF8_SIZE + 1] = "";
    const char *at = text;

    if (bytes[0] == '\n')
        return (struct found){ KEYCODE_ENTER, 1 };
    if (bytes[0] == 127)
        return (struct found){ KEYCODE_BACKSPACE, 1 };
    if (length > used)
        return incomplete;
    memcpy(text, bytes, length);

    uint32_t character = utf8_next(&at);
    if (character == UTF8_INVALID || character == 0)
        return (struct found){ KEYCODE_NONE, 1 };
    return (struct found){ (int)character, length };
}

static struct found with_alt(struct found f)
{
    if (f.length > 0)
        f = (struct found){ f.key != KEYCODE_NONE ? f.key | KEYCODE_ALT : KEYCODE_NONE, f.length + 1 };
    return f;
}

static struct found find(const struct input *in)
{
    const unsigned char *bytes = in->bytes;
    struct found learned = find_learned(in);

    if (learned.length > 0)
        return learned;
    if (bytes[0] != ESC)
        return find_character(bytes, in->used);
    if (in->used == 1)
        return incomplete;
    switch (bytes[1]) {
    case '[':
        return in->used < 3       ? incomplete
               : bytes[2] == '<' ? find_mouse(bytes, in->used)
               : bytes[2] == 'M' ? find_old_mouse(bytes, in->used)
                                 : find_csi(bytes, in->used);
    case 'O':
        return in->used < 3 ? incomplete : (struct found){ keypad_key(bytes[2]), 3 };
    case ESC: /* Alt with a function key; else the first ESC stands for itself */
        if (in->used >= 3 && bytes[2] == '[') {
            struct found second = find_csi(bytes + 1, in->used - 1);
            if (second.key != INPUT_ANSWER && second.key != INPUT_REPEATED)
                return with_alt(second);
        }
        return in->used == 2 ? incomplete : (struct found){ KEYCODE_ESCAPE, 1 };
    default:
        return with_alt(find_character(bytes + 1, in->used - 1));
    }
}

/* ESC alone, or twice, is the Escape key; anything longer is a sequence that was cut. */
static bool is_escape(const struct input *in)
{
    return in->bytes[0] == ESC && (in->used == 1 || (in->used == 2 && in->bytes[1] == ESC));
}

double input_wait(const struct input *in, double now)
{
    if (in->used == 0)
        return -1;

    double left = in->arrived + (is_escape(in) ? escape_seconds : broken_seconds) - now;
    return left > 0 ? left : 0;
}

/* Keeps the marks of a paste to itself. */
static int in_paste(struct input *in, int key)
{
    if (key == PASTE_BEGINS || key == PASTE_ENDS) {
        in->pasting = key == PASTE_BEGINS;
        return KEYCODE_NONE;
    }
    if (key == KEYCODE_ESCAPE || key == KEYCODE_CTRL_C)
        in->pasting = false;
    return in->pasting && key > KEYCODE_NONE && key < KEYCODE_UP ? key | KEYCODE_PASTED : key;
}

int input_next(struct input *in, double now)
{
    while (in->used > 0) {
        struct found f = find(in);

        if (f.length == 0) {
            if (input_wait(in, now) > 0)
                return KEYCODE_NONE;
            f = is_escape(in) ? (struct found){ KEYCODE_ESCAPE, 1 } : (struct found){ KEYCODE_NONE, in->used };
        }
        in->used -= f.length;
        memmove(in->bytes, in->bytes + f.length, in->used);
        f.key = in_paste(in, f.key);
        if (f.key != KEYCODE_NONE)
            return f.key;
    }
    return KEYCODE_NONE;
}
