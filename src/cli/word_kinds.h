/* What the words of a command line can be, by the names that help texts have for them: RECIPE, DIR,
 * "cpu|cpu:N|cpu:RxN|cuda:N|cuda:N-M". Completions are made of it. */
#ifndef CLI_WORD_KINDS_H
#define CLI_WORD_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A word that is being typed, and where what it can become is printed: a line each, a tabulator before the help. */
struct word_begun {
    FILE *out;
    const char *before; /* stands before each: the "--device=" of "--device=cp" */
    const char *typed;  /* what is there behind that: "cp" */
    int printed;        /* lines so far */
};

/* Asks for the names of files with one of these endings, ".h5 .keras" ("": any), or of folders: shells know best how to
 * write those. */
void word_begun_add_files(struct word_begun *w, const char *endings);
void word_begun_add_folders(struct word_begun *w);

/* Prints the word if it begins with what was typed. `help`: of the word, or "". */
void word_begun_add(struct word_begun *w, const char *word, const char *help);

struct word_kind {
    const char *name;
    void (*print)(struct word_begun *w); /* NULL: no words are known */
    const char *files;                   /* or a file with one of these endings; NULL: none */
    bool folders;                        /* or a folder */
};

/* By a whole name, or a part of it between bars, of `length` bytes. NULL where nothing is known of it. */
const struct word_kind *word_kind_find(const char *name, size_t length);

/* What is known without looking comes first: a folder of runs may be slow. */
void word_kind_print(const struct word_kind *kind, struct word_begun *w);

#endif
