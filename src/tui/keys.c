#include "tui/keys.h"

#include <stddef.h>

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
