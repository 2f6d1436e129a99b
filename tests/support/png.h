/* Whether a file is a picture that somebody can look at. */
#ifndef TESTS_PNG_H
#define TESTS_PNG_H

/* Fails the test where it is no PNG of this size, or all of it has one colour. */
void png_check(const char *path, int width, int height);

#endif
