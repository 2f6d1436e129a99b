/* An HTTP server on the loopback that serves a test's files, and goes wrong as the test wants it to. */
#ifndef TESTS_SUPPORT_FILE_SERVER_H
#define TESTS_SUPPORT_FILE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/* One path. Zeroed members mean the usual thing. */
struct served {
    const char *path; /* "/a.gz" */
    const void *bytes;
    size_t size;
    const char *etag, *type;
    const char *location; /* it sends on to this URL, or path */
    int status;           /* instead of 200, without a body */
    bool no_ranges;       /* always sends all */
    bool no_length;       /* does not say how much it sends */
    size_t announced;     /* says that it sends so many bytes */
    size_t breaks_after;  /* so many bytes of a body it hangs up, */
    int breaks;           /* as many times */
    size_t stalls_after;  /* so many bytes it sends no more and waits until the client hangs up */
    bool silent;          /* it takes the request and says nothing */

    /* What was asked; read it when the client has its answer, or below file_server_lock(). */
    int asked; /* times */
    char range[64], if_range[128], agent[64]; /* of the last request; "": it had none */
};

struct file_server;

/* `files` belong to the server until it stops. Whatever goes wrong in here fails the test. */
struct file_server *file_server_start(struct served *files, int count);
const char *file_server_url(const struct file_server *s); /* "http://127.0.0.1:4711/" */
void file_server_stop(struct file_server *s);

/* Between these no request is looked at: for changes while the server serves. */
void file_server_lock(struct file_server *s);
void file_server_unlock(struct file_server *s);

/* The URL of a port of the loopback on which nobody listens. */
void file_server_nobody(char *url, size_t size);

/* Waits until the path has been asked for so many times, at most 60 s. */
void file_server_expect(struct file_server *s, const struct served *file, int asked);

#endif
