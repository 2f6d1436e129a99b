/* Some images of a data set, of one class or by their numbers, small, read as an errand (base/errand.h). */
#ifndef DATA_SHEET_H
#define DATA_SHEET_H

#include "data/inspect.h"
#include "data/preview.h"

enum { SHEET_MOST = 64, SHEET_SIDE_MOST = 96, SHEET_NAME_SIZE = 96 };

struct sheet_wish {
    char name[PATH_SIZE]; /* of the data set, or its path */
    struct source_wish wish;
    enum split split;
    int class;
    uint32_t first; /* of the class's images, in their order */
    int n;          /* images, at most SHEET_MOST */
    bool listed;    /* not those of a class, but these of the split */
    uint32_t index[SHEET_MOST]; /* [n] */
    int side;       /* the longer one, at most SHEET_SIDE_MOST pixels */
    struct preview_change change; /* its context has to stay until the errand is over or freed; NULL: none */
};

struct sheet {
    struct sheet_wish wish;
    int n; /* images that there are */
    struct preview_size size;
    char names[SHEET_MOST][SHEET_NAME_SIZE]; /* of files, or numbers; safe to show */
    bool broken[SHEET_MOST];                 /* it cannot be read */
    uint8_t rgb[SHEET_MOST * SHEET_SIDE_MOST * SHEET_SIDE_MOST * 3]; /* [n][size.height][size.width][3] */
};

struct errand *sheet_start(const struct sheet_wish *wish, struct inspect_listener listener, struct error *e);
const struct sheet *sheet_found(const struct errand *r); /* when it is over and did not fail */

#endif
