/* Short notes from rank to rank, beside what they compute: that one waits, failed and why, or is done. */
#ifndef MPI_MPI_NOTES_H
#define MPI_MPI_NOTES_H

#include <mpi.h>
#include <stdbool.h>

#include "base/error.h"

enum mpi_note_kind {
    MPI_NOTE_WAITS,  /* it is alive, and waits as we do */
    MPI_NOTE_FAILED, /* nobody goes on; the text says why */
    MPI_NOTE_DONE,   /* it makes no further calls */
};

struct mpi_note {
    int kind, from;
    int about; /* the rank that failed or is lost; -1: none */
    char text[sizeof((struct error *)0)->text];
};

/* Notes that were sent, and may be under way still. */
struct mpi_notes {
    MPI_Comm comm;
    int rank, ranks;
    struct sent_note *sent;
};

/* To all others but those in skip [ranks], where it is not NULL: Open MPI does not return for a second or longer when
 * it finds that somebody is gone. Does not wait; a note that cannot be sent is left out. */
void mpi_notes_send(struct mpi_notes *n, enum mpi_note_kind kind, int about, const char *text, const bool skip[]);

/* The next one that has come; false: there is none. */
bool mpi_notes_next(struct mpi_notes *n, struct mpi_note *out);

/* Have all that were sent gone? Their memory is given back then. */
bool mpi_notes_gone(struct mpi_notes *n);

#endif
