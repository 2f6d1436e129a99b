/* What `cuvette predict` found, image by image: as text, CSV or JSON. */
#ifndef CLI_PREDICT_PRINT_H
#define CLI_PREDICT_PRINT_H

#include "cli/predict_images.h"
#include "run/predictions/predict.h"

/* The answer to one image. */
struct predict_answer {
    const struct predict_image *image;
    const struct predictions *in; /* NULL: the image could not be read */
    uint32_t at;
    const char *problem; /* foreign text; NULL: there is none */
};

/* X(KIND, name) */
#define PREDICT_FORMS(X) \
    X(TEXT, text) \
    X(CSV, csv) \
    X(JSON, json)

enum predict_form {
#define FORM(KIND, name) PREDICT_##KIND,
    PREDICT_FORMS(FORM)
#undef FORM
};

/* Prints answers [count]. Images that could not be read are left out, but for JSON, which has them by themselves. False
 * with an error. */
bool predict_print(enum predict_form form, const struct network *n, const struct predict_answer *answers,
                   uint32_t count, struct error *e);

#endif
