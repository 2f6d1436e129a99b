/* The user's language: which letters there are, and how many columns each takes. */
#ifndef BASE_LOCALE_H
#define BASE_LOCALE_H

/* Takes the environment's locale for the whole program, but with a point in numbers, since programs read them. Where
 * the node does not have it, as when ssh brought its name along, UTF-8 stays UTF-8 all the same. To be called before
 * there are threads. */
void locale_take(void);

#endif
