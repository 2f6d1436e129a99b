#include "tui/keys.h"

#include <stddef.h>

const struct key_binding key_bindings[] = {
#define ACTION(name, first, second, shown, label, help) { ACTION_##name, { first, second }, shown, label, help },
    ACTIONS(ACTION)
#undef ACTION
    { .action = ACTION_NONE },
};

enum action keys_action(int key)
{
    int lower = key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key;

    if (key == KEYCODE_NONE)
        return ACTION_NONE;
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        if (b->keys[0] == lower || b->keys[1] == lower)
            return b->action;
    return ACTION_NONE;
}
