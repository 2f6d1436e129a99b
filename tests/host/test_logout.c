/* What logind's files say of the processes that a user leaves behind. */
#include "tests/support/check.h"

#include "host/logout.h"
#include "tests/support/folder.h"

enum { USER = 1000 };

static void test_it_is_asked_for_in_a_session_alone(void **state)
{
    const char *root = *state;

    folder_put(root, "etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n");
    assert_false(logout_ends_processes(root, USER)); /* no groups at all */
    folder_put(root, "proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice\n");
    assert_false(logout_ends_processes(root, USER));
    folder_put(root, "proc/self/cgroup", "1:name=systemd:/user.slice/user-1000.slice/session-3.scope\n0::/\n");
    assert_true(logout_ends_processes(root, USER));
    assert_false(logout_ends_processes(root, 0));
}

static void test_the_last_file_has_the_last_word(void **state)
{
    const char *root = *state;

    folder_put(root, "proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n");
    assert_false(logout_ends_processes(root, USER));
    folder_put(root, "etc/systemd/logind.conf", "[Login]\n#KillUserProcesses=yes\n");
    assert_false(logout_ends_processes(root, USER));
    folder_put(root, "usr/lib/systemd/logind.conf.d/50-site.conf", "[Login]\n KillUserProcesses=Yes\n");
    assert_true(logout_ends_processes(root, USER));
    folder_put(root, "etc/systemd/logind.conf", "[Login]\nKillUserProcesses=no\n");
    assert_true(logout_ends_processes(root, USER));
    folder_put(root, "etc/systemd/logind.conf.d/40-own.conf", "[Login]\nKillUserProcesses=no\n");
    assert_true(logout_ends_processes(root, USER));
    folder_put(root, "etc/systemd/logind.conf.d/50-site.conf", "[Login]\nKillUserProcesses=no\n");
    assert_false(logout_ends_processes(root, USER));
    folder_put(root, "run/systemd/logind.conf.d/90-now.conf", "[Login]\nKillUserProcesses=1\n");
    assert_true(logout_ends_processes(root, USER));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_it_is_asked_for_in_a_session_alone),
        IN_FOLDER(test_the_last_file_has_the_last_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
