/* The tables tell of every key that a panel takes, and of no other: a key in no table is on no line and in no help. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/desk.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"
#include "tui/panels/panel.h"

/* Of a pair both are named. */
static bool word_names(const char *word, size_t length, int key)
{
    char text[32];

    snprintf(text, sizeof text, "%.*s", (int)length, word);
    if (keys_named(text) == key)
        return true;

    const char *slash = length > 1 ? strchr(text + 1, '/') : NULL;

    return slash && keys_named(slash + 1) == key;
}

static bool text_names(const char *keys, int key)
{
    while (*keys != '\0') {
        size_t length = strcspn(keys, " ");

        if (word_names(keys, length, key))
            return true;
        keys += length + strspn(keys + length, " ");
    }
    return false;
}

static bool table_names(const struct key_help *table, int key)
{
    for (; table && table->keys; table++)
        if (text_names(table->keys, key))
            return true;
    return false;
}

/* Moving through lines works everywhere, and is told there. */
static bool moves(int key)
{
    enum action action = keys_action(key);

    return action == ACTION_LINE || action == ACTION_PAGE || key == KEYCODE_HOME || key == KEYCODE_END;
}

static bool takes(enum place place, int key)
{
    int reaction = panel_classes[place]->key(desk_app, key);

    dialog_close_all(desk_app);
    if (reaction & REACTION_MODEL_CHANGED)
        app_recipe_changed(desk_app);
    return reaction != REACTION_NONE;
}

/* A letter that is told of may work in either case. */
static void check(enum place place, int key)
{
    const struct panel_class *class = panel_classes[place];
    bool named = table_names(class->keys, key);
    bool taken;

    if (!class->key || moves(key))
        return;
    desk_go_to(place);
    taken = takes(place, key);
    if (taken && !named && !table_names(class->keys, key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key))
        fail_msg("%s takes the key 0x%x and tells nobody", class->title, (unsigned)key);
    if (!taken && named)
        fail_msg("%s tells of the key 0x%x and does not take it", class->title, (unsigned)key);
}

static void test_what_a_panel_takes_is_what_it_tells(void **state)
{
    (void)state;
    for (int place = 0; place < PLACE_COUNT; place++) {
        for (int key = 1; key < 0x7F; key++)
            check(place, key);
        for (int key = KEYCODE_UP; key <= KEYCODE_F10; key++)
            if (key != KEYCODE_RESIZE)
                check(place, key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_a_panel_takes_is_what_it_tells, desk_open, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
