#include "fetch/fetch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "fetch/download.h"
#include "fetch/unpack.h"
#include "fetch/workplace.h"

/* What is put together in the workplace before it is renamed. */
static const char tree[] = "tree";

/* How fast it is of late: a mean that forgets what is older than some seconds. */
struct pace {
    double at, rate; /* the last look; bytes a second, negative while unknown */
    uint64_t done;
};

struct fetcher {
    const struct fetch *f;
    struct destination place;
    struct workplace work;
    struct fetch_progress now;
    struct pace pace;
    uint64_t before; /* bytes of the files before this one */
};

static void keep_pace(struct pace *p, uint64_t done)
{
    const double between = 0.5, memory = 5;
    double now = clock_seconds(), seconds = now - p->at;

    if (p->at <= 0 || done < p->done) {
        *p = (struct pace){ .at = now, .rate = -1, .done = done };
        return;
    }
    if (seconds < between)
        return;
    double fresh = (double)(done - p->done) / seconds, weight = seconds / (seconds + memory);

    p->rate = p->rate < 0 ? fresh : p->rate + weight * (fresh - p->rate);
    p->at = now;
    p->done = done;
}

static bool tell(struct fetcher *r, uint64_t done)
{
    struct fetch_progress *now = &r->now;

    keep_pace(&r->pace, done);
    now->done = done;
    now->rate = r->pace.rate;
    now->left = now->rate > 0 ? (double)(now->all - done) / now->rate : -1;
    return !r->f->tell || r->f->tell(r->f->context, now);
}

static bool tell_transfer(void *context, const char *host, uint64_t done)
{
    struct fetcher *r = context;

    text_copy(r->now.host, sizeof r->now.host, host);
    return tell(r, r->before + done);
}

static bool tell_unpacking(void *context, uint64_t read)
{
    struct fetcher *r = context;
    uint64_t done = r->before + read;

    return tell(r, done < r->now.all ? done : r->now.all);
}

static void pass_note(void *context, const char *text)
{
    const struct fetcher *r = context;

    if (r->f->note)
        r->f->note(r->f->context, text);
}

static void begin_phase(struct fetcher *r, enum fetch_phase phase)
{
    r->now = (struct fetch_progress){ .phase = phase, .all = offer_bytes(r->f->offer) };
    r->pace = (struct pace){ .at = 0 };
    r->before = 0;
}

/* How it goes on, behind what went wrong. */
static bool explain(const struct fetcher *r, enum transfer_end how, struct error *e)
{
    const struct offer *o = r->f->offer;
    const int percent = (int)(100 * destination_here(&r->place, o) / offer_bytes(o));
    char command[PATH_SIZE], why[sizeof e->text];

    destination_command(&r->place, o, command, sizeof command);
    text_copy(why, sizeof why, e->text);
    if (how == TRANSFER_UNREACHED)
        return error_set(e, ERROR_IO,
                         "this node reaches no server of %s (%.150s): please run `%.100s` on the login node, or "
                         "another one with network; it will lie in %.150s",
                         o->name, why, command, r->place.path);
    if (how == TRANSFER_STOPPED)
        error_set(e, ERROR_STOPPED, "stopped: %d %% of %s is kept, and `%.300s` goes on from there", percent, o->name,
                  command);
    else if (destination_here(&r->place, o) > 0)
        text_append(e->text, sizeof e->text, "; %d %% of %s is kept, and `%.200s` goes on from there", percent, o->name,
                    command);
    return false;
}

static bool download_all(struct fetcher *r, struct error *e)
{
    const struct offer *o = r->f->offer;

    begin_phase(r, FETCH_TRANSFERS);
    for (int i = 0; i < o->n_files; i++) {
        const struct download d = { .offer = o,
                                    .file = &o->files[i],
                                    .folder = r->work.path,
                                    .limits = r->f->limits,
                                    .tell = tell_transfer,
                                    .note = pass_note,
                                    .context = r };

        text_copy(r->now.file, sizeof r->now.file, o->files[i].name);
        enum transfer_end how = download_run(&d, e);

        if (how != TRANSFER_DONE)
            return explain(r, how, e);
        r->before += o->files[i].bytes;
    }
    return true;
}

static bool unpack_all(struct fetcher *r, const char *folder, struct error *e)
{
    const struct offer *o = r->f->offer;
    const uint64_t slack = o->unpacked / 20 + (1 << 20);
    uint64_t left = o->unpacked + slack, bytes;
    char archive[PATH_SIZE];

    begin_phase(r, FETCH_UNPACKS);
    for (int i = 0; i < o->n_files; i++) {
        struct unpacking u = { .archive = archive,
                               .folder = folder,
                               .strip = o->strip,
                               .bytes_max = left,
                               .tell = tell_unpacking,
                               .context = r };

        text_copy(r->now.file, sizeof r->now.file, o->files[i].name);
        if (!path_join(archive, r->work.path, o->files[i].name, e))
            return false;
        if (!unpack(&u, &bytes, e))
            return e->kind == ERROR_STOPPED ? explain(r, TRANSFER_STOPPED, e) : false;
        left -= bytes;
        r->before += o->files[i].bytes;
    }
    return true;
}

static bool move_all(struct fetcher *r, const char *folder, struct error *e)
{
    const struct offer *o = r->f->offer;
    char from[PATH_SIZE], to[PATH_SIZE];

    for (int i = 0; i < o->n_files; i++) {
        if (!path_join(from, r->work.path, o->files[i].name, e) || !path_join(to, folder, o->files[i].name, e))
            return false;
        if (rename(from, to) != 0)
            return error_set_errno(e, "cannot write %s", to);
    }
    return true;
}

/* Before the rename, which may reach the disk first. */
static bool sync_files(const char *folder, struct error *e)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = descriptor >= 0 && syncfs(descriptor) == 0;

    if (!synced)
        error_set_errno(e, "cannot write %s", folder);
    if (descriptor >= 0)
        close(descriptor);
    return synced;
}

/* An archive of an earlier try may have left something. */
static bool put_together(struct fetcher *r, struct error *e)
{
    char folder[PATH_SIZE];
    struct error ignored;

    if (!path_join(folder, r->work.path, tree, e) ||
        (r->f->offer->unpack && !workplace_remove(&r->work, tree, e)) || !path_make_folders(folder, e))
        return false;
    if (!(r->f->offer->unpack ? unpack_all(r, folder, e) : move_all(r, folder, e)) || !sync_files(folder, e)) {
        if (r->f->offer->unpack)
            workplace_remove(&r->work, tree, &ignored);
        return false;
    }
    return rename(folder, r->place.path) == 0 || error_set_errno(e, "cannot write %s", r->place.path);
}

/* So that it has its name. A link that leads nowhere any more, as to a scratch that was cleaned, is replaced. */
static bool link_name(const struct destination *p, struct error *e)
{
    char folder[PATH_SIZE];
    struct stat status;

    if (!destination_is_link(p))
        return true;
    snprintf(folder, sizeof folder, "%.*s", (int)(path_name(p->known) - p->known - 1), p->known);
    if (!path_make_folders(folder, e))
        return false;
    if (lstat(p->known, &status) == 0 && S_ISLNK(status.st_mode))
        unlink(p->known);
    return symlink(p->path, p->known) == 0 ||
           error_set_errno(e, "%s is there, but its name is not: cannot make the link %s", p->path, p->known);
}

static bool is_there(const struct destination *p)
{
    return path_is_folder(p->path) && (!destination_is_link(p) || path_is_folder(p->known));
}

static bool fetch_into(struct fetcher *r, struct error *e)
{
    if (path_is_folder(r->place.path)) /* by another process, or without its link */
        return link_name(&r->place, e);
    return destination_check(&r->place, r->f->offer, e) && download_all(r, e) && put_together(r, e) &&
           link_name(&r->place, e);
}

bool fetch_is_here(const struct offer *o)
{
    struct error ignored;
    struct destination p;

    return destination_find(&p, o->name, NULL, &ignored) && path_is_folder(p.known);
}

bool fetch_run(const struct fetch *f, struct error *e)
{
    struct fetcher r = { .f = f };
    struct error ignored;

    if (!destination_find(&r.place, f->offer->name, f->to, e))
        return false;
    if (is_there(&r.place))
        return true;
    if (!workplace_open(&r.work, r.place.folder, f->offer->name, e))
        return false;
    bool fetched = fetch_into(&r, e);

    if (fetched || destination_here(&r.place, f->offer) == 0)
        workplace_remove(&r.work, "", &ignored); /* only disk space would be lost */
    workplace_close(&r.work);
    return fetched;
}
