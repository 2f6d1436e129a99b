/* A person's note about a run: a line in note.txt in the run's folder. */
#ifndef RUN_RUN_NOTE_H
#define RUN_RUN_NOTE_H

#include "base/error.h"

#define RUN_NOTE_FILE "note.txt"

enum { RUN_NOTE_SIZE = 240 };

/* "" where there is none, or none that can be read. Safe to show; what is more than a line is left out. */
void run_note_read(const char *folder, char out[RUN_NOTE_SIZE]);

/* The file appears whole or not at all; without a text it goes. False with an error. */
bool run_note_write(const char *folder, const char *text, struct error *e);

#endif
