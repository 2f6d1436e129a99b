#include "tests/support/check.h"
#include "tests/support/file_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/thread.h"

struct file_server {
    struct served *files;
    int count, listener, stop;
    char url[48];
    pthread_t thread;
    pthread_mutex_t lock; /* of the files' counts */
    pthread_cond_t changed;
};

enum { REQUEST_MAX = 1 << 14 };

/* False once the test is over. */
static bool wait_for(const struct file_server *s, int descriptor, short events)
{
    struct pollfd waits[] = { { .fd = s->stop, .events = POLLIN }, { .fd = descriptor, .events = events } };

    while (poll(waits, 2, -1) < 0)
        continue;
    return waits[0].revents == 0;
}

static bool send_all(const struct file_server *s, int to, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && !wait_for(s, to, POLLOUT))
            return false;
        if (sent < 0) {
            char byte;

            if (recv(to, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0 || send(to, "", 0, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
                return false;
            continue;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* Until the client has hung up. */
static void wait_for_end(const struct file_server *s, int client)
{
    char byte;

    while (wait_for(s, client, POLLIN))
        if (recv(client, &byte, 1, 0) <= 0)
            return;
}

static bool read_request(const struct file_server *s, int client, char request[REQUEST_MAX])
{
    size_t used = 0;

    while (used < REQUEST_MAX - 1 && wait_for(s, client, POLLIN)) {
        ssize_t got = recv(client, request + used, REQUEST_MAX - 1 - used, 0);

        if (got <= 0)
            return false;
        used += (size_t)got;
        request[used] = '\0';
        if (strstr(request, "\r\n\r\n"))
            return true;
    }
    return false;
}

static void take_header(const char *request, const char *name, char *out, size_t size)
{
    const size_t length = strlen(name);

    out[0] = '\0';
    for (const char *line = strstr(request, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " ");

            snprintf(out, size, "%.*s", (int)strcspn(value, "\r"), value);
            return;
        }
    }
}

static struct served *find(const struct file_server *s, const char *request)
{
    char path[128];

    if (sscanf(request, "GET %127s HTTP/", path) != 1)
        return NULL;
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->files[i].path, path) == 0)
            return &s->files[i];
    return NULL;
}

/* The part of the file that is sent. */
static size_t first_byte(const struct served *f)
{
    unsigned long first;

    if (f->no_ranges || sscanf(f->range, "bytes=%lu-", &first) != 1)
        return 0;
    if (f->if_range[0] && (!f->etag || strcmp(f->if_range, f->etag) != 0))
        return 0;
    return first;
}

static bool send_head(const struct file_server *s, int client, const struct served *f, size_t first)
{
    char head[1024], length[64] = "", range[96] = "";
    size_t size = f->announced ? f->announced : f->size - size_min(first, f->size);

    if (!f->no_length)
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", f->status || f->location ? 0 : size);
    if (first > 0)
        snprintf(range, sizeof range, "Content-Range: bytes %zu-%zu/%zu\r\n", first, f->size - 1, f->size);
    snprintf(head, sizeof head, "HTTP/1.1 %d so\r\n%s%s%s%s%s%s%s%sContent-Type: %s\r\nConnection: close\r\n\r\n",
             f->status ? f->status : f->location ? 302 : first >= f->size && first ? 416 : first ? 206 : 200, length,
             range, f->etag ? "ETag: " : "", f->etag ? f->etag : "", f->etag ? "\r\n" : "",
             f->location ? "Location: " : "", f->location ? f->location : "", f->location ? "\r\n" : "",
             f->type ? f->type : "application/octet-stream");
    return send_all(s, client, head, strlen(head));
}

static void answer(const struct file_server *s, int client, const struct served *f)
{
    const size_t first = first_byte(f);
    size_t left = first < f->size ? f->size - first : 0;
    const char *from = (const char *)f->bytes + first;

    if (f->silent) {
        wait_for_end(s, client);
        return;
    }
    if (!send_head(s, client, f, first) || f->status || f->location)
        return;
    if (f->breaks > 0)
        left = size_min(left, f->breaks_after);
    if (!send_all(s, client, from, f->stalls_after ? size_min(left, f->stalls_after) : left))
        return;
    if (f->stalls_after)
        wait_for_end(s, client);
}

/* The file as it is now. */
static struct served note_request(struct file_server *s, struct served *f, const char *request)
{
    pthread_mutex_lock(&s->lock);
    f->asked++;
    take_header(request, "Range", f->range, sizeof f->range);
    take_header(request, "If-Range", f->if_range, sizeof f->if_range);
    take_header(request, "User-Agent", f->agent, sizeof f->agent);
    struct served now = *f;

    if (f->breaks > 0 && !f->silent && !f->status && !f->location)
        f->breaks--;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return now;
}

static void *serve(void *data)
{
    struct file_server *s = data;
    static const char nothing[] = "HTTP/1.1 404 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    char request[REQUEST_MAX];

    while (wait_for(s, s->listener, POLLIN)) {
        int client = accept(s->listener, NULL, NULL);

        if (client < 0)
            continue;
        if (read_request(s, client, request)) {
            struct served *f = find(s, request);

            if (f) {
                struct served now = note_request(s, f, request);

                answer(s, client, &now);
            } else {
                send_all(s, client, nothing, strlen(nothing));
            }
        }
        close(client);
    }
    return NULL;
}

/* A socket of the loopback with a port that the system chooses. */
static int bound(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    assert_true(s >= 0);
    assert_int_equal(bind(s, (struct sockaddr *)address, sizeof *address), 0);
    assert_int_equal(getsockname(s, (struct sockaddr *)address, &size), 0);
    return s;
}

struct file_server *file_server_start(struct served *files, int count)
{
    struct file_server *s = calloc(1, sizeof *s);
    struct sockaddr_in address;

    assert_non_null(s);
    s->files = files;
    s->count = count;
    s->listener = bound(&address);
    s->stop = eventfd(0, EFD_CLOEXEC);
    assert_true(s->stop >= 0);
    assert_int_equal(listen(s->listener, 16), 0);
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    pthread_mutex_init(&s->lock, NULL);
    thread_condition(&s->changed);
    assert_true(thread_start(&s->thread, serve, s));
    return s;
}

const char *file_server_url(const struct file_server *s)
{
    return s->url;
}

void file_server_lock(struct file_server *s)
{
    pthread_mutex_lock(&s->lock);
}

void file_server_unlock(struct file_server *s)
{
    pthread_mutex_unlock(&s->lock);
}

void file_server_stop(struct file_server *s)
{
    assert_int_equal(eventfd_write(s->stop, 1), 0);
    pthread_join(s->thread, NULL);
    close(s->listener);
    close(s->stop);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void file_server_nobody(char *url, size_t size)
{
    struct sockaddr_in address;
    int s = bound(&address);

    snprintf(url, size, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    close(s);
}

void file_server_expect(struct file_server *s, const struct served *file, int asked)
{
    const double until = clock_seconds() + 60;

    pthread_mutex_lock(&s->lock);
    while (file->asked < asked)
        if (!thread_wait_until(&s->changed, &s->lock, until))
            break;
    int times = file->asked;
    pthread_mutex_unlock(&s->lock);
    assert_true(times >= asked);
}
