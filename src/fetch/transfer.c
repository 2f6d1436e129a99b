#include "fetch/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "base/version.h"
#include "fetch/answer.h"
#include "fetch/certificates.h"
#include "fetch/curl_library.h"

enum { REDIRECTS_MAX = 5, BUFFER = 256 << 10 };

struct receiver {
    const struct transfer *t;
    const struct curl_library *curl;
    CURL *handle;
    char host[128];
    char known_path[PATH_SIZE]; /* of what is kept about it */
    int file;
    uint64_t here; /* bytes of it */
    struct checksum_state sum;
    struct answer answer;
    bool begun;            /* the body */
    enum transfer_end end; /* of a receiver that ended it itself; else TRANSFER_DONE */
    struct error *error;
    char reason[CURL_ERROR_SIZE];
};

void transfer_host(char *to, size_t size, const char *url)
{
    const char *host = strstr(url, "://");

    text_copy(to, size, host ? host + 3 : url);
    to[strcspn(to, "/")] = '\0';
}

/* The headers of every response come here, those of redirects too: the last one counts. */
static size_t take_header(char *bytes, size_t size, size_t n, void *context)
{
    struct receiver *r = context;

    answer_take(&r->answer, bytes, size * n);
    return size * n;
}

/* Ends the transfer by returning false from one of libcurl's calls. */
static bool end(struct receiver *r, enum transfer_end how)
{
    r->end = how;
    return false;
}

static bool disk_failed(struct receiver *r)
{
    error_set_errno(r->error, "cannot write %s", r->t->path);
    return end(r, TRANSFER_FAILED);
}

static bool start_over(struct receiver *r)
{
    if (ftruncate(r->file, 0) != 0 || lseek(r->file, 0, SEEK_SET) != 0)
        return disk_failed(r);
    r->here = 0;
    return checksum_begin(&r->sum, r->t->checksum, r->error) || end(r, TRANSFER_FAILED);
}

/* The server has something else than what is wanted: nothing of it is taken. */
static bool refuse(struct receiver *r, const char *what)
{
    error_set(r->error, ERROR_INPUT, "%s %s in the place of %s", r->host, what, path_name(r->t->url));
    return end(r, TRANSFER_REFUSED);
}

static bool has_length(struct receiver *r, int64_t total)
{
    if (total < 0 || (uint64_t)total == r->t->bytes)
        return true;
    error_set(r->error, ERROR_INPUT, "%s has a %s of %lld bytes, not of %llu", r->host, path_name(r->t->url),
              (long long)total, (unsigned long long)r->t->bytes);
    return end(r, TRANSFER_REFUSED);
}

/* Before the first byte of the body. */
static bool begin_body(struct receiver *r)
{
    const struct answer *a = &r->answer;
    long status = 0;

    r->begun = true;
    r->curl->easy_getinfo(r->handle, CURLINFO_RESPONSE_CODE, &status);
    if (answer_is_page(a))
        return refuse(r, "answers with a web page (does this network want a login in a browser first?)");
    if (status == 206 && a->first != (int64_t)r->here)
        return refuse(r, "sends another part than the one asked for");
    if (!has_length(r, status == 206 ? a->total : a->length))
        return false;
    if (status == 206)
        return true;
    answer_keep(a, r->known_path, r->t->url);
    return r->here == 0 || start_over(r);
}

static bool write_all(struct receiver *r, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(r->file, bytes, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return disk_failed(r);
        checksum_add(&r->sum, bytes, (size_t)written);
        r->here += (uint64_t)written;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *context)
{
    struct receiver *r = context;

    if (!r->begun && !begin_body(r))
        return 0;
    if (size * n > r->t->bytes - r->here) {
        error_set(r->error, ERROR_INPUT, "%s sends more than the %llu bytes of %s", r->host,
                  (unsigned long long)r->t->bytes, path_name(r->t->url));
        end(r, TRANSFER_WRONG);
        return 0;
    }
    return write_all(r, bytes, size * n) ? size * n : 0;
}

static int tell(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    struct receiver *r = context;
    (void)down_all, (void)down, (void)up_all, (void)up;

    return r->t->tell && !r->t->tell(r->t->context, r->here);
}

static long milliseconds(double seconds, double otherwise)
{
    return (long)(1e3 * (seconds > 0 ? seconds : otherwise));
}

/* An encrypted transfer stays encrypted where it is sent on. */
static void set_protocols(const struct receiver *r)
{
    const bool encrypted = strncmp(r->t->url, "https:", 6) == 0;
    const long also = encrypted ? 0 : CURLPROTO_HTTP;

    r->curl->easy_setopt(r->handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTPS | also);
    r->curl->easy_setopt(r->handle, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTPS | also);
    r->curl->easy_setopt(r->handle, CURLOPT_FOLLOWLOCATION, 1L);
    r->curl->easy_setopt(r->handle, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
}

static void set_options(struct receiver *r)
{
    const struct transfer_limits *limits = &r->t->limits;
    CURLcode (*set)(CURL *handle, CURLoption option, ...) = r->curl->easy_setopt;
    const char *certificates = certificates_file();

    set(r->handle, CURLOPT_URL, r->t->url);
    set(r->handle, CURLOPT_USERAGENT, "cuvette/" CUVETTE_VERSION);
    set(r->handle, CURLOPT_NOSIGNAL, 1L);
    set(r->handle, CURLOPT_FAILONERROR, 1L);
    set(r->handle, CURLOPT_ERRORBUFFER, r->reason);
    set(r->handle, CURLOPT_BUFFERSIZE, (long)BUFFER);
    set(r->handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits->connect_seconds, 5));
    set(r->handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(r->handle, CURLOPT_LOW_SPEED_TIME, milliseconds(limits->stall_seconds, 30) / 1000);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name server that hangs would hold the end, too. */
    set(r->handle, CURLOPT_QUICK_EXIT, 1L);
#endif
    if (certificates)
        set(r->handle, CURLOPT_CAINFO, certificates);
    set(r->handle, CURLOPT_HEADERFUNCTION, take_header);
    set(r->handle, CURLOPT_HEADERDATA, r);
    set(r->handle, CURLOPT_WRITEFUNCTION, take_body);
    set(r->handle, CURLOPT_WRITEDATA, r);
    set(r->handle, CURLOPT_XFERINFOFUNCTION, tell);
    set(r->handle, CURLOPT_XFERINFODATA, r);
    set(r->handle, CURLOPT_NOPROGRESS, 0L);
    set_protocols(r);
}

/* Asks for the rest only. Returns headers to free. */
static struct curl_slist *ask_for_rest(struct receiver *r)
{
    char range[32], header[ANSWER_TEXT_SIZE + 16], known[ANSWER_TEXT_SIZE];

    if (r->here == 0)
        return NULL;
    snprintf(range, sizeof range, "%llu-", (unsigned long long)r->here);
    r->curl->easy_setopt(r->handle, CURLOPT_RANGE, range);
    if (!answer_recall(r->known_path, r->t->url, known))
        return NULL;
    snprintf(header, sizeof header, "If-Range: %s", known);
    struct curl_slist *headers = r->curl->slist_append(NULL, header);

    r->curl->easy_setopt(r->handle, CURLOPT_HTTPHEADER, headers);
    return headers;
}

/* A connection that breaks while something is written to it may raise SIGPIPE. Here it is an error like others. */
static CURLcode perform(const struct receiver *r)
{
    const struct timespec at_once = { 0 };
    sigset_t pipe, before, pending;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    CURLcode code = r->curl->easy_perform(r->handle);

    if (!sigismember(&before, SIGPIPE) && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE))
        sigtimedwait(&pipe, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static bool was_reached(const struct receiver *r)
{
    double seconds = 0;

    r->curl->easy_getinfo(r->handle, CURLINFO_CONNECT_TIME, &seconds);
    return seconds > 0;
}

static enum transfer_end has_not(const struct receiver *r)
{
    long status = 0;

    r->curl->easy_getinfo(r->handle, CURLINFO_RESPONSE_CODE, &status);
    error_set(r->error, ERROR_INPUT, "%s has no %s: it answers %ld", r->host, path_name(r->t->url), status);
    return TRANSFER_REFUSED;
}

/* What libcurl's code means. */
static enum transfer_end ended(struct receiver *r, CURLcode code)
{
    const char *reason = r->reason[0] ? r->reason : r->curl->easy_strerror(code);

    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        error_set(r->error, ERROR_STOPPED, "stopped");
        return TRANSFER_STOPPED;
    case CURLE_HTTP_RETURNED_ERROR:
        return has_not(r);
    case CURLE_OUT_OF_MEMORY:
        error_set(r->error, ERROR_MEMORY, "not enough memory to transfer %s", path_name(r->t->url));
        return TRANSFER_FAILED;
    case CURLE_TOO_MANY_REDIRECTS:
        error_set(r->error, ERROR_INPUT, "%s sends on more than %d times", r->host, REDIRECTS_MAX);
        return TRANSFER_REFUSED;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        error_set(r->error, ERROR_INPUT, "%s cannot be trusted: %s", r->host, reason);
        return TRANSFER_REFUSED;
    default:
        error_set(r->error, ERROR_IO, "%s", reason);
        if (!strstr(reason, r->host))
            error_context(r->error, "%s", r->host);
        return was_reached(r) ? TRANSFER_BROKEN : TRANSFER_UNREACHED;
    }
}

/* All that was promised has come, or no more comes. */
static enum transfer_end verify(struct receiver *r)
{
    struct checksum found;

    if (r->here < r->t->bytes) {
        error_set(r->error, ERROR_IO, "%s ended after %llu of %llu bytes of %s", r->host, (unsigned long long)r->here,
                  (unsigned long long)r->t->bytes, path_name(r->t->url));
        return TRANSFER_BROKEN;
    }
    checksum_end(&r->sum, &found);
    if (!checksum_same(&found, r->t->checksum)) {
        error_set(r->error, ERROR_INPUT, "%s from %s has a wrong checksum: it is damaged, or another file",
                  path_name(r->t->url), r->host);
        return TRANSFER_WRONG;
    }
    if (fsync(r->file) == 0)
        return TRANSFER_DONE;
    disk_failed(r);
    return TRANSFER_FAILED;
}

static enum transfer_end receive(struct receiver *r)
{
    if (r->here == r->t->bytes)
        return verify(r);
    r->curl = curl_library_load(r->error);
    r->handle = r->curl ? r->curl->easy_init() : NULL;
    if (!r->handle) {
        if (r->curl)
            error_set(r->error, ERROR_MEMORY, "not enough memory to transfer %s", path_name(r->t->url));
        return TRANSFER_FAILED;
    }
    set_options(r);
    struct curl_slist *headers = ask_for_rest(r);
    CURLcode code = perform(r);
    enum transfer_end how = r->end != TRANSFER_DONE ? r->end : code == CURLE_OK ? verify(r) : ended(r, code);

    r->curl->easy_cleanup(r->handle);
    r->curl->slist_free_all(headers);
    return how;
}

/* What is here from an earlier try, which the checksum has to know. */
static bool take_up(struct receiver *r)
{
    char buffer[1 << 14];
    struct stat status;
    ssize_t n;

    if (!checksum_begin(&r->sum, r->t->checksum, r->error))
        return end(r, TRANSFER_FAILED);
    if (fstat(r->file, &status) != 0)
        return disk_failed(r);
    if ((uint64_t)status.st_size > r->t->bytes)
        return start_over(r);
    while ((n = read(r->file, buffer, sizeof buffer)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return disk_failed(r);
        checksum_add(&r->sum, buffer, (size_t)n);
        r->here += (uint64_t)n;
        if (r->t->tell && !r->t->tell(r->t->context, r->here)) {
            error_set(r->error, ERROR_STOPPED, "stopped");
            return end(r, TRANSFER_STOPPED);
        }
    }
    return true;
}

enum transfer_end transfer_run(const struct transfer *t, struct error *e)
{
    struct receiver r = { .t = t, .end = TRANSFER_DONE, .error = e };

    transfer_host(r.host, sizeof r.host, t->url);
    answer_clear(&r.answer);
    if (snprintf(r.known_path, sizeof r.known_path, "%s.from", t->path) >= PATH_SIZE) {
        error_set(e, ERROR_INPUT, "the path %.60s… is too long", t->path);
        return TRANSFER_FAILED;
    }
    r.file = open(t->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (r.file < 0) {
        disk_failed(&r);
        return TRANSFER_FAILED;
    }
    enum transfer_end how = take_up(&r) ? receive(&r) : r.end;

    checksum_drop(&r.sum);
    if (close(r.file) != 0 && how == TRANSFER_DONE) {
        disk_failed(&r);
        how = TRANSFER_FAILED;
    }
    if (how == TRANSFER_DONE || how == TRANSFER_WRONG)
        unlink(r.known_path);
    if (how == TRANSFER_WRONG)
        unlink(t->path);
    return how;
}
