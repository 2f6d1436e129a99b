/* Commands that come through a run's folder: taken once, in their order, and only from files that can be trusted. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/control.h"
#include "tests/support/folder.h"

struct taken {
    int count;
    char ids[16][CONTROL_ID_SIZE];
    struct control commands[16];
    bool understood[16];
    char why[16][256];
};

static void note(void *context, const char *id, const struct control *c, const char *why)
{
    struct taken *t = context;

    assert_true(t->count < 16);
    strcpy(t->ids[t->count], id);
    t->understood[t->count] = c != NULL;
    if (c)
        t->commands[t->count] = *c;
    snprintf(t->why[t->count], sizeof t->why[0], "%s", why);
    t->count++;
}

static struct taken take(const char *folder)
{
    struct taken t = { .count = 0 };

    control_take(folder, note, &t);
    return t;
}

static void send(const char *folder, enum control_kind kind, double factor, char id[CONTROL_ID_SIZE])
{
    struct error e = { 0 };

    assert_good(control_send(folder, &(struct control){ kind, factor }, id, &e), e);
}

static void test_commands_are_taken_once_and_in_their_order(void **state)
{
    const char *folder = *state;
    char ids[CONTROL_COUNT][CONTROL_ID_SIZE];

    assert_int_equal(take(folder).count, 0);
    for (int kind = 0; kind < CONTROL_COUNT; kind++)
        send(folder, (enum control_kind)kind, 0.5, ids[kind]);

    struct taken t = take(folder);

    assert_int_equal(t.count, CONTROL_COUNT);
    for (int kind = 0; kind < CONTROL_COUNT; kind++) {
        assert_string_equal(t.ids[kind], ids[kind]);
        assert_true(t.understood[kind]);
        assert_int_equal(t.commands[kind].kind, kind);
    }
    assert_true(t.commands[CONTROL_RATE].factor == 0.5);
    assert_int_equal(take(folder).count, 0);
    assert_int_equal(folder_entries(folder), 0); /* nothing is left behind */
}

static void test_a_command_nobody_took_is_taken_back(void **state)
{
    const char *folder = *state;
    char id[CONTROL_ID_SIZE];

    send(folder, CONTROL_STOP, 0, id);
    assert_true(control_withdraw(folder, id));
    assert_false(control_withdraw(folder, id));
    assert_int_equal(take(folder).count, 0);
    send(folder, CONTROL_STOP, 0, id);
    assert_int_equal(take(folder).count, 1);
    assert_false(control_withdraw(folder, id)); /* somebody has it */
}

static void test_what_was_sent_to_another_process_is_cleared(void **state)
{
    const char *folder = *state;
    char id[CONTROL_ID_SIZE];

    send(folder, CONTROL_STOP, 0, id);
    control_clear(folder);
    assert_int_equal(folder_entries(folder), 0);
}

static const struct {
    const char *text, *why;
} nonsense[] = {
    { "", "no command" },
    { "stop", "no command" },
    { "[\"stop\"]", "no command" },
    { "{\"command\":7}", "no command" },
    { "{\"command\":\"stop\"", "no command" },
    { "{\"command\":\"stop\",\"command\":\"pause\"}", "no command" },
    { "{\"command\":\"dance\"}", "there is no command \"dance\"" },
    { "{\"command\":\"dan\\u001bce\"}", "there is no command \"dan?ce\"" },
    { "{\"command\":\"rate\"}", "not multiplied" },
    { "{\"command\":\"rate\",\"factor\":\"2\"}", "not multiplied" },
    { "{\"command\":\"rate\",\"factor\":0}", "not multiplied" },
    { "{\"command\":\"rate\",\"factor\":-1}", "not multiplied" },
    { "{\"command\":\"rate\",\"factor\":1e9}", "not multiplied" },
};

static void assert_refuses(const char *folder, const char *why)
{
    struct taken t = take(folder);

    assert_int_equal(t.count, 1);
    assert_false(t.understood[0]);
    if (!strstr(t.why[0], why))
        fail_msg("\"%s\" lacks \"%s\"", t.why[0], why);
    assert_int_equal(take(folder).count, 0);
}

static const char place[] = "control/0123456789abcdef-01234567";

static void test_what_is_no_command_is_refused_and_removed(void **state)
{
    const char *folder = *state;
    static char large[5000];

    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        folder_put(folder, place, nonsense[i].text);
        assert_refuses(folder, nonsense[i].why);
    }
    memset(large, ' ', sizeof large - 1);
    folder_put(folder, place, large);
    assert_refuses(folder, "too large");
}

static void test_files_that_are_no_files_are_refused(void **state)
{
    const char *folder = *state;
    char target[PATH_SIZE];

    folder_put(folder, "elsewhere", "{\"command\":\"stop\"}");
    snprintf(target, sizeof target, "%s", folder_path(folder, "elsewhere"));
    assert_int_equal(mkdir(folder_path(folder, "control"), 0777), 0);
    assert_int_equal(symlink(target, folder_path(folder, place)), 0);
    assert_refuses(folder, "no command");
    assert_int_equal(access(target, F_OK), 0); /* what it led to stays */
    assert_int_equal(mkdir(folder_path(folder, "control"), 0777), 0);
    assert_int_equal(mkfifo(folder_path(folder, place), 0666), 0); /* nobody waits for its other end */
    assert_refuses(folder, "no command");
}

static void test_another_users_command_is_refused(void **state)
{
    const char *folder = *state;

    if (geteuid() != 0)
        skip();
    folder_put(folder, place, "{\"command\":\"stop\"}");
    assert_int_equal(chown(folder_path(folder, place), 12345, 12345), 0);
    assert_refuses(folder, "another user, 12345");
    folder_put(folder, place, "{\"command\":\"stop\"}");
    assert_int_equal(chown(folder_path(folder, "control"), 12345, 12345), 0);
    assert_int_equal(take(folder).count, 0);
}

/* Of a sender in the middle of its work, and of a network file system. */
static void test_names_that_are_no_commands_are_left_alone(void **state)
{
    static const char *const names[] = { "control/.0123456789abcdef-01234567-0a1b2c3d", "control/.nfs000012",
                                         "control/0123456789abcdef-0123456", "control/notes.txt" };
    const char *folder = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        folder_put(folder, names[i], "{\"command\":\"stop\"}");
    assert_int_equal(take(folder).count, 0);
    assert_int_equal(folder_entries(folder_path(folder, "control")), 4);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_commands_are_taken_once_and_in_their_order),
        IN_FOLDER(test_a_command_nobody_took_is_taken_back),
        IN_FOLDER(test_what_was_sent_to_another_process_is_cleared),
        IN_FOLDER(test_what_is_no_command_is_refused_and_removed),
        IN_FOLDER(test_files_that_are_no_files_are_refused),
        IN_FOLDER(test_another_users_command_is_refused),
        IN_FOLDER(test_names_that_are_no_commands_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
