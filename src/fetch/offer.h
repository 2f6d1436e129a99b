/* The data sets, and the networks that others trained, that can be fetched: those of assets/datasets.ini, and those
 * that the user adds in datasets.ini in the folder of path_config(), where a section of the same name takes the place
 * of a built-in one. */
#ifndef FETCH_OFFER_H
#define FETCH_OFFER_H

#include "base/error.h"
#include "fetch/checksum.h"

enum { OFFER_NAME_SIZE = 64, OFFER_TEXT_SIZE = 200, OFFER_FILES_MAX = 8, OFFER_MIRRORS_MAX = 6, OFFER_STRIP_MAX = 4 };

struct offer_file {
    char name[OFFER_NAME_SIZE]; /* on the mirrors, and here: a name without a slash */
    uint64_t bytes;             /* at least 1 */
    struct checksum checksum;
};

struct offer {
    char name[OFFER_NAME_SIZE];  /* what `cuvette data fetch` and --dataset take: that of its folder; or "weights/NAME",
                                    of which training.weights takes NAME */
    char help[OFFER_TEXT_SIZE];  /* half a line: what it is */
    char licence[OFFER_TEXT_SIZE], cite[OFFER_TEXT_SIZE]; /* "": not said */
    char mirrors[OFFER_MIRRORS_MAX][OFFER_TEXT_SIZE]; /* what stands before a file's name; in the order of asking */
    int n_mirrors;                                    /* at least 1, like the files */
    struct offer_file files[OFFER_FILES_MAX];
    int n_files;
    bool unpack;       /* the files are archives, of which the data set's folder is made; else they are that folder */
    int strip;         /* folders of an archive's names that are left out */
    uint64_t unpacked; /* bytes of the folder, at most */
};

struct offers {
    int count;
    struct offer *entries; /* the built-in ones, in the order of the file, then the user's */
};

/* offers_free() it in any case: when the user's file is wrong (false, with an error that names its line) those that
 * could be read are there. */
bool offers_read(struct offers *o, struct error *e);

/* The same from a text: adds to those that are there. */
bool offers_parse(struct offers *o, const char *text, const char *called, struct error *e);
void offers_free(struct offers *o);

/* NULL with an error, which lists the names there are. */
const struct offer *offers_find(const struct offers *o, const char *name, struct error *e);

bool offer_is_weights(const char *name); /* of an offer: it is a network, and no data set */

uint64_t offer_bytes(const struct offer *o); /* to be transferred */

#endif
