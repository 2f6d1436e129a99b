/* Screens kept as text in tests/screens: what a test draws is compared with the file of that name. With
 * CUVETTE_UPDATE_SCREENS=1 in the environment the file is written instead: look at the difference before it is
 * committed. */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "tui/draw/canvas.h"

void golden_check(const char *name, const char *text); /* tests/screens/NAME.txt */
void golden_check_canvas(const char *name, const struct canvas *c);

#endif
