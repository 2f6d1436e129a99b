#include "tui/term/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

enum { PIECE = 512 };

static bool watch(const struct link *l, int descriptor, uint32_t events, struct error *e)
{
    struct epoll_event event = { .events = events };

    if (epoll_ctl(l->events, EPOLL_CTL_ADD, descriptor, &event) != 0)
        return error_set_errno(e, "cannot wait for the terminal");
    return true;
}

bool link_open(struct link *l, int wake, struct error *e)
{
    *l = (struct link){ .input = STDIN_FILENO,
                        .events = epoll_create1(EPOLL_CLOEXEC),
                        .timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) };
    /* O_NONBLOCK is a flag of the open file, which the shell shares with us: so we open one of our own. */
    l->output = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    l->own_output = l->output >= 0;
    if (!l->own_output)
        l->output = STDOUT_FILENO;
    if (l->events < 0 || l->timer < 0)
        return error_set_errno(e, "cannot make a descriptor to wait on");
    return watch(l, l->input, EPOLLIN, e) && watch(l, wake, EPOLLIN, e) && watch(l, l->timer, EPOLLIN, e) &&
           watch(l, l->output, 0, e);
}

void link_close(struct link *l)
{
    if (l->own_output)
        close(l->output);
    if (l->events > 0)
        close(l->events);
    if (l->timer > 0)
        close(l->timer);
    outgoing_free(&l->frame);
    *l = (struct link){ 0 };
}

static bool has(int descriptor, short events)
{
    struct pollfd wait = { .fd = descriptor, .events = events };

    return poll(&wait, 1, 0) == 1;
}

void link_flush(struct link *l)
{
    while (l->sent < l->frame.used && !l->gone) {
        size_t left = l->frame.used - l->sent;

        /* Without an open file of our own, writing blocks: write a little at a time, when there is room. */
        if (!l->own_output && !has(l->output, POLLOUT))
            break;
        ssize_t n = write(l->output, l->frame.bytes + l->sent, !l->own_output && left > PIECE ? PIECE : left);
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0 && errno != EINTR)
            l->gone = true;
        l->sent += n > 0 ? (size_t)n : 0;
    }

    bool waits = l->sent < l->frame.used && !l->gone;
    struct epoll_event event = { .events = waits ? EPOLLOUT : 0 };
    epoll_ctl(l->events, EPOLL_CTL_MOD, l->output, &event);
    if (!waits)
        link_drop(l);
}

void link_drop(struct link *l)
{
    l->sent = l->frame.used = 0;
}

bool link_idle(const struct link *l)
{
    int held = 0;

    return l->frame.used == 0 && (ioctl(l->output, TIOCOUTQ, &held) != 0 || held == 0);
}

bool link_read(struct link *l, struct input *in)
{
    unsigned char bytes[INPUT_ROOM];
    size_t room = input_room(in);
    ssize_t n;

    if (l->gone || room == 0 || !has(l->input, POLLIN))
        return false;
    n = read(l->input, bytes, room);
    if (n <= 0) {
        l->gone = n == 0 || (errno != EINTR && errno != EAGAIN);
        return false;
    }
    input_feed(in, bytes, (size_t)n, clock_seconds());
    return true;
}

void link_alarm(const struct link *l, double seconds)
{
    struct itimerspec at = { 0 };

    if (seconds >= 0) {
        at.it_value.tv_sec = (time_t)seconds;
        at.it_value.tv_nsec = (long)((seconds - (double)at.it_value.tv_sec) * 1e9) + 1;
    }
    timerfd_settime(l->timer, 0, &at, NULL); /* also cancels an alarm that nobody has read */
}
