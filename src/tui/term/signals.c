#include "tui/term/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void on_crash(int number, siginfo_t *info, void *context);
static void on_end(int number, siginfo_t *info, void *context);
static void on_note(int number, siginfo_t *info, void *context);

static struct caught {
    int number;
    void (*handler)(int, siginfo_t *, void *); /* NULL: ignored */
    unsigned flag;
    struct sigaction before;
} caught[] = {
    { .number = SIGSEGV, .handler = on_crash },
    { .number = SIGBUS, .handler = on_crash },
    { .number = SIGFPE, .handler = on_crash },
    { .number = SIGILL, .handler = on_crash },
    { .number = SIGABRT, .handler = on_crash },
    { .number = SIGSYS, .handler = on_crash },
    { .number = SIGTRAP, .handler = on_crash },
    { .number = SIGVTALRM, .handler = on_crash },
    { .number = SIGINT, .handler = on_end },
    { .number = SIGTERM, .handler = on_end },
    { .number = SIGHUP, .handler = on_end },
    { .number = SIGQUIT, .handler = on_end },
    { .number = SIGALRM, .handler = on_end },
    { .number = SIGXCPU, .handler = on_end },
    { .number = SIGUSR1, .handler = on_note, .flag = SIGNAL_SAVE }, /* Slurm's warnings must not end a run */
    { .number = SIGUSR2, .handler = on_note, .flag = SIGNAL_SAVE },
    { .number = SIGPIPE }, /* writing fails instead, with a reason */
    { .number = SIGXFSZ },
    { .number = SIGWINCH, .handler = on_note, .flag = SIGNAL_RESIZED },
    { .number = SIGTSTP, .handler = on_note, .flag = SIGNAL_SUSPEND },
    { .number = SIGCONT, .handler = on_note, .flag = SIGNAL_CONTINUED },
};

enum {
    CAUGHT = sizeof caught / sizeof caught[0],
    RESTORE_MOST = 256,
    STACK = 65536,
    WRITE_MILLISECONDS = 500,
    ANSWER_MILLISECONDS = 1000
};

/* Handlers read it: complete before `armed` is set. */
static struct {
    int input, output;
    char restore[RESTORE_MOST];
    size_t length;
    struct termios before;
} terminal;

static atomic_bool armed;
static atomic_uint flags;
static atomic_int ending, answers_expected;
static bool installed;
static int wake = -1;
static unsigned char handler_stack[STACK]; /* a handler cannot run on a stack that has overflowed */

static void notify(void)
{
    uint64_t one = 1;
    int kept = errno;

    if (write(wake, &one, sizeof one) < 0) {
        /* The counter is full, so the loop is awake already. */
    }
    errno = kept;
}

/* False when it does not come. */
static bool swallow_answer(void)
{
    static const char answer[] = "\033[0n";
    struct pollfd input = { .fd = terminal.input, .events = POLLIN };
    size_t matched = 0;
    char byte;

    for (int n = 0; n < 1024 && answer[matched] != '\0' && poll(&input, 1, ANSWER_MILLISECONDS) == 1; n++) {
        if (read(terminal.input, &byte, 1) != 1)
            break;
        matched = byte == answer[matched] ? matched + 1 : byte == answer[0];
    }
    return answer[matched] == '\0';
}

void signals_expect_answers(int count)
{
    atomic_store(&answers_expected, count);
}

void signals_restore(void)
{
    struct pollfd output = { .fd = terminal.output, .events = POLLOUT };

    if (!atomic_exchange(&armed, false))
        return;
    /* A link that has stalled must not keep a crashed program alive. */
    for (size_t sent = 0; sent < terminal.length && poll(&output, 1, WRITE_MILLISECONDS) == 1;) {
        ssize_t n = write(terminal.output, terminal.restore + sent, terminal.length - sent);

        if (n <= 0 && errno != EINTR && errno != EAGAIN)
            break;
        sent += n > 0 ? (size_t)n : 0;
    }
    for (int left = atomic_exchange(&answers_expected, 0); left > 0 && swallow_answer(); left--)
        continue;
    tcflush(terminal.input, TCIFLUSH);
    tcsetattr(terminal.input, TCSANOW, &terminal.before); /* without waiting for output, which may never be sent */
}

static struct caught *find(int number)
{
    for (int i = 0; i < CAUGHT; i++)
        if (caught[i].number == number)
            return &caught[i];
    return NULL;
}

/* A fault happens again on return, now with the handler from before (a sanitizer's, or none); a signal that somebody
 * sent is raised again. */
static void on_crash(int number, siginfo_t *info, void *context)
{
    (void)context;
    signals_restore();
    sigaction(number, &find(number)->before, NULL);
    if (info->si_code <= 0 || info->si_code == SI_KERNEL)
        raise(number);
}

/* Further ones change nothing while a run is being saved: shells, timeout(1), batch systems and the kernel send
 * several. But a run that outlives its terminal is ended by what comes after SIGHUP. */
static void on_end(int number, siginfo_t *info, void *context)
{
    int none = 0, hung_up = SIGHUP;
    (void)info;
    (void)context;

    if (atomic_compare_exchange_strong(&ending, &none, number) ||
        atomic_compare_exchange_strong(&ending, &hung_up, number))
        notify();
}

static void on_note(int number, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    atomic_fetch_or(&flags, find(number)->flag);
    notify();
}

static void install(const struct caught *c)
{
    struct sigaction action = { .sa_sigaction = c->handler, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };

    if (!c->handler)
        action = (struct sigaction){ .sa_handler = SIG_IGN };
    if (c->handler == on_crash)
        action.sa_flags |= SA_NODEFER;
    sigfillset(&action.sa_mask);
    if (c->handler == on_crash)
        sigemptyset(&action.sa_mask);
    sigaction(c->number, &action, NULL);
}

bool signals_open(struct error *e)
{
    static bool registered;

    wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake < 0)
        return error_set_errno(e, "cannot make an event descriptor");
    if (!registered && atexit(signals_restore) != 0)
        return error_set(e, ERROR_MEMORY, "no memory for an exit handler");
    registered = true;
    atomic_store(&flags, 0);
    atomic_store(&ending, 0);
    sigaltstack(&(stack_t){ .ss_sp = handler_stack, .ss_size = sizeof handler_stack }, NULL);
    for (int i = 0; i < CAUGHT; i++) {
        sigaction(caught[i].number, NULL, &caught[i].before);
        /* What was ignored on purpose (nohup) stays ignored. */
        if (caught[i].before.sa_handler != SIG_IGN || caught[i].handler == on_note)
            install(&caught[i]);
    }
    installed = true;
    return true;
}

void signals_close(void)
{
    signals_restore();
    if (installed) {
        for (int i = 0; i < CAUGHT; i++)
            sigaction(caught[i].number, &caught[i].before, NULL);
        sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
    }
    installed = false;
    if (wake >= 0)
        close(wake);
    wake = -1;
}

int signals_descriptor(void)
{
    return wake;
}

unsigned signals_take(void)
{
    uint64_t count;

    if (read(wake, &count, sizeof count) < 0) {
        /* No signal since the last time. */
    }
    return atomic_exchange(&flags, 0);
}

int signals_ending(void)
{
    return atomic_load(&ending);
}

void signals_forget(int number)
{
    atomic_compare_exchange_strong(&ending, &number, 0);
}

bool signals_arm(int input, int output, const char *restore, const struct termios *before, struct error *e)
{
    size_t length = strlen(restore);

    if (length >= RESTORE_MOST)
        return error_set(e, ERROR_USAGE,
                         "the terminal's description is damaged: its closing sequence is %zu bytes long", length);
    terminal.input = input;
    terminal.output = output;
    memcpy(terminal.restore, restore, length);
    terminal.length = length;
    terminal.before = *before;
    atomic_store(&armed, true);
    return true;
}

void signals_suspend(void)
{
    struct caught *c = find(SIGTSTP);

    sigaction(SIGTSTP, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
    kill(0, SIGTSTP);
    install(c);
}
