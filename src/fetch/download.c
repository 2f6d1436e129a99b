#include "fetch/download.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/text.h"

/* A transfer that breaks off again and again, but gets on, may go on for ever; one that does not has its tries. */
enum { TRIES = 4, MUCH = 64 << 20 };

struct downloader {
    const struct download *d;
    char part[PATH_SIZE];
    char host[128];
};

static uint64_t bytes_here(const struct downloader *l)
{
    struct stat status;

    return stat(l->part, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static bool tell(void *context, uint64_t done)
{
    const struct downloader *l = context;

    return !l->d->tell || l->d->tell(l->d->context, l->host, done);
}

static void note(const struct downloader *l, const struct error *e, const char *next)
{
    char text[sizeof e->text + 32] = "";

    text_append(text, sizeof text, "%s; %s", e->text, next);
    if (l->d->note)
        l->d->note(l->d->context, text);
}

/* Where nobody was reached there may be no network at all, which is to be said soon. */
static struct transfer_limits hurried(struct transfer_limits limits)
{
    const double seconds = 2;

    limits.connect_seconds = limits.connect_seconds > 0 ? fmin(limits.connect_seconds, seconds) : seconds;
    return limits;
}

/* One mirror, which may break off and be asked for the rest. Parts of two files do not make one: then it is asked for
 * the whole, once. */
static enum transfer_end ask(struct downloader *l, const char *url, bool alone, struct error *e)
{
    const struct transfer t = { .url = url,
                                .path = l->part,
                                .bytes = l->d->file->bytes,
                                .checksum = &l->d->file->checksum,
                                .limits = alone ? hurried(l->d->limits) : l->d->limits,
                                .tell = tell,
                                .context = l };

    transfer_host(l->host, sizeof l->host, url);
    for (int tries = 1;; tries++) {
        uint64_t before = bytes_here(l);
        enum transfer_end how = transfer_run(&t, e);
        uint64_t here = bytes_here(l);
        bool mixed = how == TRANSFER_WRONG && before > 0, gained = how == TRANSFER_BROKEN && here > before;

        if (!mixed && (!gained || tries == TRIES))
            return how;
        note(l, e, mixed ? "it is fetched anew" : "it goes on");
        if (gained && here - before > MUCH)
            tries = 0;
    }
}

/* Adds a mirror's error to those of the others. */
static void add_error(struct error *all, const struct error *one)
{
    all->kind = one->kind;
    text_append(all->text, sizeof all->text, "%s%s", all->text[0] ? "; " : "", one->text);
}

static enum transfer_end ask_all(struct downloader *l, struct error *e)
{
    const struct offer *o = l->d->offer;
    struct error all = { .kind = ERROR_NONE };
    bool reached = false;

    for (int i = 0; i < o->n_mirrors; i++) {
        char url[OFFER_TEXT_SIZE + OFFER_NAME_SIZE];

        snprintf(url, sizeof url, "%s%s", o->mirrors[i], l->d->file->name);
        enum transfer_end how = ask(l, url, i > 0 && !reached, e);

        if (how == TRANSFER_DONE || how == TRANSFER_STOPPED || how == TRANSFER_FAILED)
            return how;
        reached = reached || how != TRANSFER_UNREACHED;
        if (i + 1 < o->n_mirrors)
            note(l, e, "the next mirror is asked");
        add_error(&all, e);
    }
    *e = all;
    return reached ? TRANSFER_BROKEN : TRANSFER_UNREACHED;
}

enum transfer_end download_run(const struct download *d, struct error *e)
{
    struct downloader l = { .d = d };
    char whole[PATH_SIZE];

    if (!path_join(whole, d->folder, d->file->name, e))
        return TRANSFER_FAILED;
    if (path_is_file(whole))
        return TRANSFER_DONE;
    if (snprintf(l.part, sizeof l.part, "%s.part", whole) >= PATH_SIZE) {
        error_set(e, ERROR_INPUT, "the path %.60s… is too long", whole);
        return TRANSFER_FAILED;
    }
    enum transfer_end how = ask_all(&l, e);

    if (how != TRANSFER_DONE || rename(l.part, whole) == 0)
        return how;
    error_set_errno(e, "cannot write %s", whole);
    return TRANSFER_FAILED;
}
