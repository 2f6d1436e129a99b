/* Were two trainings the same? */
#ifndef TESTS_SUPPORT_SAME_RUN_H
#define TESTS_SUPPORT_SAME_RUN_H

/* Of two runs' folders: the curves on disk, and the training behind them, whose checkpoint at the end has every weight
 * and moment. Fails the test where they differ. */
void assert_same_run(const char *a, const char *b);

/* Of two runs' folders: steps and epochs, in training and validation, with losses that differ by `most` at most; with 0
 * they are the same bits, and so are accuracies. */
void assert_near_run(const char *a, const char *b, double most);

#endif
