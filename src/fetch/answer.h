/* What an HTTP response says of itself in its headers, and what of it is kept for the next try. */
#ifndef FETCH_ANSWER_H
#define FETCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_TEXT_SIZE = 256 };

struct answer {
    char etag[ANSWER_TEXT_SIZE], modified[ANSWER_TEXT_SIZE], type[ANSWER_TEXT_SIZE]; /* "": not said */
    int64_t length;       /* of what it sends, in bytes; -1: not said */
    int64_t first, total; /* of a part: its first byte, and the bytes of the whole; -1: not said */
};

void answer_clear(struct answer *a);

/* A line of its headers, which need not be terminated. The first line of another response begins anew. */
void answer_take(struct answer *a, const char *line, size_t size);

bool answer_is_page(const struct answer *a); /* HTML */

/* Keeps in a file what the server calls this version of the URL's file: a strong tag, else its date. Where this fails
 * the next try does without. */
void answer_keep(const struct answer *a, const char *path, const char *url);

/* False: nothing is kept about this URL. */
bool answer_recall(const char *path, const char *url, char out[ANSWER_TEXT_SIZE]);

#endif
