/* How well a name fits what somebody typed of it: the letters in their order, with anything between them. */
#ifndef TUI_FUZZY_H
#define TUI_FUZZY_H

/* 0: it does not fit. Otherwise the more the better: letters that follow each other or begin a word count more, and so
 * do short names. Upper and lower case are the same, and blanks in what was typed mean nothing. Every name fits "". */
int fuzzy_score(const char *typed, const char *name);

#endif
