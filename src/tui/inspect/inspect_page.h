/* What is shown of what a run's model gets wrong: a page, and where one is on it. */
#ifndef TUI_INSPECT_PAGE_H
#define TUI_INSPECT_PAGE_H

#include "run/predictions/ranking.h"
#include "tui/dialogs/dialog.h"

/* X(PAGE, key, title) */
#define INSPECT_PAGES(X) \
    X(MATRIX, 'm', "classes (rows) and what they are taken for") \
    X(PAIRS, 'c', "most frequent mistakes") \
    X(CLASSES, 't', "classes") \
    X(TRUST, 's', "how often answers are right") \
    X(IMAGES, 'w', "images")

enum inspect_page {
#define PAGE(page, key, title) INSPECT_##page,
    INSPECT_PAGES(PAGE)
#undef PAGE
    INSPECT_PAGE_COUNT
};

struct inspect_dialog {
    struct dialog dialog;
    enum inspect_page page, before; /* the page from which the images were opened */
    int label, answer;              /* the cell of the matrix, and a line of the classes */
    int pair;                       /* a line of the mistakes */
    bool percent;                   /* the matrix in per cent of its rows */
    enum ranking ranking;           /* of the images */
    int of_label, of_answer;        /* those of a cell; RANKING_ANY: of all */
    uint32_t first;                 /* of the images, on the screen */
};

#endif
