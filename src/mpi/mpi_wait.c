#include "mpi/mpi_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* Between two looks. A rank that was not looked at for a second was stopped itself. What a rank sent before it was done
 * may come a moment later than that it is done. */
static const double look = 0.01, stopped = 1, moment = 1;

bool mpi_wait_begin(struct mpi_wait *w, int ranks, struct error *e)
{
    bool *flags = memory_new(3 * (size_t)ranks, sizeof *flags, e);

    *w = (struct mpi_wait){ .ranks = ranks, .missing = flags, .looked = clock_seconds() };
    if (!flags)
        return false;
    w->waits = flags + ranks;
    w->done = flags + 2 * ranks;
    w->since = w->looked;
    return true;
}

void mpi_wait_free(struct mpi_wait *w)
{
    free(w->missing);
}

void mpi_wait_restart(struct mpi_wait *w)
{
    w->since = clock_seconds();
    w->done_since = 0;
    w->told = false;
    memset(w->waits, 0, (size_t)w->ranks * sizeof *w->waits);
}

/* Always false. */
static bool say(struct mpi_failure *failure, const struct mpi_peers *peers, int about, const char *what)
{
    char who[96];

    mpi_peers_describe(peers, about, who, sizeof who);
    *failure = (struct mpi_failure){ .about = about, .told_by = -1 };
    return error_set(&failure->error, ERROR_RUN, "%s %s", who, what);
}

static bool read_notes(struct mpi_wait *w, struct mpi_notes *notes, struct mpi_failure *failure)
{
    struct mpi_note note;

    while (mpi_notes_next(notes, &note)) {
        if (note.kind == MPI_NOTE_FAILED) {
            /* One that says so itself is there still, and may have files to write. */
            *failure = (struct mpi_failure){ .about = note.about == note.from ? -1 : note.about,
                                              .told_by = note.from };
            return error_set(&failure->error, ERROR_RUN, "%s", note.text);
        }
        if (note.kind == MPI_NOTE_WAITS)
            w->waits[note.from] = true;
        else if (note.kind == MPI_NOTE_DONE)
            w->done[note.from] = true;
    }
    return true;
}

static int first_dead(const struct mpi_wait *w, const struct mpi_peers *peers)
{
    for (int r = 0; r < peers->ranks; r++)
        if (!w->done[r] && mpi_peers_is_dead(peers, r))
            return r;
    return -1;
}

static bool look_for_done(struct mpi_wait *w, const struct mpi_peers *peers, struct mpi_failure *failure)
{
    for (int r = 0; r < peers->ranks; r++) {
        if (!w->missing[r] || !w->done[r])
            continue;
        if (w->done_since == 0)
            w->done_since = w->looked;
        if (w->looked - w->done_since > moment)
            return say(failure, peers, r, "has ended before the others");
    }
    return true;
}

/* The first that is missing and does not wait; where all do, the first that is missing. */
static int most_likely(const struct mpi_wait *w, int ranks)
{
    int first = -1;

    for (int r = ranks - 1; r >= 0; r--)
        if (w->missing[r] && (!w->waits[r] || first < 0 || w->waits[first]))
            first = r;
    return first;
}

static bool has_patience(struct mpi_wait *w, struct mpi_state *s, struct mpi_notes *notes, struct mpi_failure *failure)
{
    char what[128];

    pthread_mutex_lock(&s->lock);
    double patience = s->patience;
    s->suspect = most_likely(w, s->peers.ranks);
    pthread_mutex_unlock(&s->lock);
    if (w->hurries && s->wish.hurry < patience)
        patience = s->wish.hurry;
    if (!w->told && w->looked - w->since > patience / 2) {
        mpi_notes_send(notes, MPI_NOTE_WAITS, -1, "", w->missing);
        w->told = true;
    }
    if (w->looked - w->since <= patience)
        return true;
    if (w->hurries)
        text_copy(what, sizeof what, "does not answer, and the launcher ends the run: killed, hanging or cut off");
    else
        snprintf(what, sizeof what, "has not answered for %g seconds: it hangs, or its node is cut off", patience);
    return say(failure, &s->peers, most_likely(w, s->peers.ranks), what);
}

bool mpi_wait_look(struct mpi_wait *w, struct mpi_state *s, struct mpi_notes *notes, struct mpi_exchange *first,
                   bool counts, struct mpi_failure *failure)
{
    double now = clock_seconds(), passed = now - w->looked;

    if (passed < look)
        return true;
    if (!w->hurries && s->wish.hurries()) {
        w->hurries = true;
        mpi_wait_restart(w);
    }
    if (passed > stopped || !counts)
        w->since += passed;
    w->looked = now;
    memset(w->missing, 0, (size_t)s->peers.ranks * sizeof *w->missing);
    for (struct mpi_exchange *x = first; x; x = x->next)
        mpi_exchange_missing(x, w->missing);

    int dead = first_dead(w, &s->peers); /* before its last notes are read */
    if (!read_notes(w, notes, failure))
        return false;
    if (dead >= 0 && !w->done[dead])
        return say(failure, &s->peers, dead, "has ended without a word: it was killed, or it crashed");
    return look_for_done(w, &s->peers, failure) && (!counts || has_patience(w, s, notes, failure));
}
