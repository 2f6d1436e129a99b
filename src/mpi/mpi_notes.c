#include "mpi/mpi_notes.h"

#include <stdlib.h>

#include "base/text.h"

enum { TAG = 1 };

struct sent_note {
    struct sent_note *next;
    struct mpi_note note;
    MPI_Request requests[]; /* [ranks] */
};

void mpi_notes_send(struct mpi_notes *n, enum mpi_note_kind kind, int about, const char *text, const bool skip[])
{
    struct sent_note *s = calloc(1, sizeof *s + (size_t)n->ranks * sizeof *s->requests);

    if (!s)
        return;
    s->note.kind = kind;
    s->note.from = n->rank;
    s->note.about = about;
    text_copy(s->note.text, sizeof s->note.text, text);
    for (int r = 0; r < n->ranks; r++) {
        s->requests[r] = MPI_REQUEST_NULL;
        if (r != n->rank && !(skip && skip[r]) &&
            MPI_Isend(&s->note, sizeof s->note, MPI_BYTE, r, TAG, n->comm, &s->requests[r]) != MPI_SUCCESS)
            s->requests[r] = MPI_REQUEST_NULL;
    }
    s->next = n->sent;
    n->sent = s;
}

bool mpi_notes_next(struct mpi_notes *n, struct mpi_note *out)
{
    int there = 0;
    MPI_Status status;

    if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, n->comm, &there, &status) != MPI_SUCCESS || !there)
        return false;
    return MPI_Recv(out, sizeof *out, MPI_BYTE, status.MPI_SOURCE, TAG, n->comm, MPI_STATUS_IGNORE) == MPI_SUCCESS &&
           out->from == status.MPI_SOURCE;
}

bool mpi_notes_gone(struct mpi_notes *n)
{
    for (struct sent_note **at = &n->sent; *at;) {
        struct sent_note *s = *at;
        int all = 0;

        if (MPI_Testall(n->ranks, s->requests, &all, MPI_STATUSES_IGNORE) == MPI_SUCCESS && !all) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        free(s);
    }
    return !n->sent;
}
