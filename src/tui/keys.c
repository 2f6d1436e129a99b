#include "tui/keys.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"

const struct key_binding key_bindings[] = {
#define ACTION(action, function, first, second, shown, label, help) \
    { ACTION_##action, { first, second }, shown, label, help },
    ACTIONS(ACTION)
#undef ACTION
    { .action = ACTION_NONE },
};

static enum action find(int key)
{
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        if (b->keys[0] == key || b->keys[1] == key)
            return b->action;
    return ACTION_NONE;
}

enum action keys_action(int key)
{
    enum action action;

    if (key == KEYCODE_NONE)
        return ACTION_NONE;
    if (key >= '1' && key <= '9')
        return ACTION_PLACE;
    action = find(key);
    return action == ACTION_NONE && key >= 'A' && key <= 'Z' ? find(key - 'A' + 'a') : action;
}

/* Keys of more than a character, as the tables write them. */
static const struct {
    const char *name;
    int key;
} names[] = {
    { "Up", KEYCODE_UP },           { "Down", KEYCODE_DOWN },      { "Left", KEYCODE_LEFT },
    { "Right", KEYCODE_RIGHT },     { "PgUp", KEYCODE_PAGE_UP },   { "PgDn", KEYCODE_PAGE_DOWN },
    { "Home", KEYCODE_HOME },       { "End", KEYCODE_END },        { "Ins", KEYCODE_INSERT },
    { "Del", KEYCODE_DELETE },      { "Tab", KEYCODE_TAB },        { "Shift-Tab", KEYCODE_BACK_TAB },
    { "Enter", KEYCODE_ENTER },     { "Esc", KEYCODE_ESCAPE },     { "Space", ' ' },
    { "Backspace", KEYCODE_BACKSPACE },
};

/* A pair stands for its first key. */
static size_t length_of_first(const char *keys)
{
    size_t length = strcspn(keys, " ");
    const char *slash = length > 1 ? memchr(keys + 1, '/', length - 1) : NULL;

    return slash ? (size_t)(slash - keys) : length;
}

int keys_named(const char *keys)
{
    size_t length = length_of_first(keys);
    int number = 0;

    if (length == 1)
        return (unsigned char)keys[0];
    if (length == strlen("Ctrl-L") && strncmp(keys, "Ctrl-", length - 1) == 0)
        return keys[length - 1] & 0x1F;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == length && strncmp(names[i].name, keys, length) == 0)
            return names[i].key;
    for (size_t i = 1; keys[0] == 'F' && i < length && keys[i] >= '0' && keys[i] <= '9'; i++)
        number = 10 * number + keys[i] - '0';
    return number >= 1 && number <= 10 ? KEYCODE_F1 + number - 1 : KEYCODE_NONE;
}

bool keys_steer(enum action action)
{
    static const bool steers[ACTION_COUNT] = {
        [ACTION_HELP] = true,   [ACTION_TRAIN] = true,  [ACTION_PAUSE] = true,
        [ACTION_SLOWER] = true, [ACTION_FASTER] = true, [ACTION_DETAIL] = true,
        [ACTION_CHECKPOINT] = true,
    };

    return steers[action];
}

int keys_vi(int key)
{
    switch (key) {
    case 'h': return KEYCODE_LEFT;
    case 'j': return KEYCODE_DOWN;
    case 'k': return KEYCODE_UP;
    case 'l': return KEYCODE_RIGHT;
    case KEYCODE_CTRL_D: return KEYCODE_PAGE_DOWN;
    case KEYCODE_CTRL_U: return KEYCODE_PAGE_UP;
    default: return KEYCODE_NONE;
    }
}

int keys_move(int selected, int count, int page, int key)
{
    int to;

    switch (key) {
    case KEYCODE_UP: to = selected - 1; break;
    case KEYCODE_DOWN: to = selected + 1; break;
    case KEYCODE_PAGE_UP: to = selected - page; break;
    case KEYCODE_PAGE_DOWN: to = selected + page; break;
    case KEYCODE_HOME: to = 0; break;
    case KEYCODE_END: to = count - 1; break;
    default: return -1;
    }
    return int_max(int_min(to, count - 1), 0);
}
