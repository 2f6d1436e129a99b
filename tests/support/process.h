/* Runs a program as a user would and keeps what it prints. Whatever goes wrong in here fails the test. */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PROCESS_TEXT_MAX = 1 << 16, PROCESS_WORDS_MAX = 32 };

struct process {
    int pid, out_pipe, err_pipe;
    char out[PROCESS_TEXT_MAX], err[PROCESS_TEXT_MAX]; /* what came so far, terminated; what is more is dropped */
    size_t out_size, err_size;
    int exit_code; /* after process_finish(); the negated signal number when one ended it */
};

/* Starts argv[0] (looked up in PATH) with standard input from /dev/null. `folder` is where it runs; `environment` holds
 * "NAME=value" over this process's own and ends with NULL. Both may be NULL. */
struct process *process_start(const char *const argv[], const char *folder, const char *const environment[]);

/* Until standard output holds the text; fails the test when the program ends first or 120 s pass. */
void process_expect(struct process *p, const char *text);
void process_signal(const struct process *p, int number);

/* Until it ends, at most 300 s. */
void process_finish(struct process *p);
void process_free(struct process *p);

void assert_holds(const char *text, const char *part);
/* The program under test has ended with 0 and said nothing on standard error; what it said is the failure's text. */
void assert_succeeded(const struct process *p);
/* The program under test has ended with that code and one line of standard error that holds the text. Frees it. */
void assert_refused(struct process *p, int exit_code, const char *text);

/* The program under test with up to PROCESS_WORDS_MAX words, from start to end in `folder`. The list ends with NULL. */
struct process *process_cuvette(const char *folder, ...) __attribute__((sentinel));

/* The same, started only. */
struct process *process_cuvette_start(const char *folder, ...) __attribute__((sentinel));

#endif
