/* The program: finds the subcommand, runs it, prints its error in one line and exits with the error's code. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/json_text.h"
#include "base/locale.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/failure.h"
#include "cli/wrap.h"

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool asks_for_version(const char *word)
{
    return strcmp(word, "--version") == 0;
}

/* In any position before "--". */
static bool any_word(int argc, char **argv, bool (*asks)(const char *word))
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (asks(argv[i]))
            return true;
    return false;
}

static bool run_command(const struct command *command, int argc, char **argv, struct error *e)
{
    bool whole = command == &command_workbench;

    if (any_word(argc, argv, asks_for_help)) {
        if (whole)
            command_print_overview(stdout);
        else
            command_print_help(command, stdout);
        return true;
    }
    if (any_word(argc, argv, asks_for_version)) {
        puts("cuvette " CUVETTE_VERSION);
        return true;
    }
    if (command->run(argc, argv, e))
        return true;
    return e->kind == ERROR_USAGE && !whole && e->text[0] != '\0' ? error_context(e, "%s", command->name) : false;
}

static bool run(int argc, char **argv, struct error *e)
{
    if (argc < 2 || argv[1][0] == '-')
        return run_command(&command_workbench, argc, argv, e);

    const struct command *command = command_find(argv[1]);
    if (!command)
        return command_unknown(argv[1], e);
    return run_command(command, argc - 1, argv + 1, e);
}

/* Output that did not fit on a full disk must not look like success. */
static bool finish_output(struct error *e)
{
    bool earlier = ferror(stdout);

    if (fflush(stdout) != 0)
        return error_set_errno(e, "cannot write to standard output");
    return !earlier || error_set(e, ERROR_IO, "cannot write all of it to standard output");
}

static void do_nothing(int number)
{
    (void)number;
}

/* What a batch system warns with ends the program as long as nobody has said otherwise. Caught, not ignored, so that
 * programs that this one starts have it as they expect it. */
static void survive_warnings(void)
{
    static const int warnings[] = { SIGUSR1, SIGUSR2 };
    struct sigaction action;

    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
        if (sigaction(warnings[i], NULL, &action) == 0 && action.sa_handler == SIG_DFL)
            sigaction(warnings[i], &(struct sigaction){ .sa_handler = do_nothing, .sa_flags = SA_RESTART }, NULL);
}

/* Before the libraries prepare themselves, which takes longer than all else that happens until then. A sanitizer must
 * have prepared itself first. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
__attribute__((constructor)) static void at_once(void)
{
    survive_warnings();
}
#else
__attribute__((section(".preinit_array"), used)) static void (*const at_once)(void) = survive_warnings;
#endif

/* The HDF5 library ends the program, without a word, where it has no memory. */
static bool ends_by_itself;

static void tell_end(int code, void *ignored)
{
    static const char words[] = "cuvette: a library ended the program, most likely for want of memory; what was saved "
                                "before stays\n";

    (void)ignored;
    if (ends_by_itself || code == 0)
        return;
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
        return;
}

/* Each thread that allocates has 64 MB of addresses reserved for it; where these are few, all threads share. */
static void spare_addresses(void)
{
    struct rlimit addresses;

    if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
        mallopt(M_ARENA_MAX, 1);
}

static int exit_code_of(int argc, char **argv)
{
    struct error e = { 0 };

    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no further is an error as a full disk is */
    locale_take();

    json_text_prepare();
    wrap_standard_output();
    bool fine = run(argc, argv, &e);
    if (fine)
        fine = finish_output(&e);
    if (fine)
        return 0;

    if (e.kind == ERROR_NONE) /* it forgot to say why */
        error_set(&e, ERROR_RUN, "something failed, most likely for want of memory");

    failure_print(&e);
    return error_exit_code(e.kind);
}

int main(int argc, char **argv)
{
    on_exit(tell_end, NULL);
    spare_addresses();

    int code = exit_code_of(argc, argv);

    ends_by_itself = true;
    return code;
}
