/* The catalogue of data sets that can be fetched, as users add to it. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "fetch/offer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

static void check(const struct offer *o)
{
    FUZZ_HOLDS(o->n_mirrors >= 1 && o->n_mirrors <= OFFER_MIRRORS_MAX && o->n_files >= 1 &&
               o->n_files <= OFFER_FILES_MAX && o->strip >= 0 && o->strip <= OFFER_STRIP_MAX);
    for (int i = 0; i < o->n_files; i++)
        FUZZ_HOLDS(o->files[i].bytes >= 1 && !strchr(o->files[i].name, '/') && strcmp(o->files[i].name, "..") != 0);
    FUZZ_HOLDS(!strchr(o->name, '/') && strcmp(o->name, "..") != 0 && o->name[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = malloc(size + 1);
    struct offers offers = { 0 };
    struct error e;

    FUZZ_HOLDS(text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (offers_parse(&offers, text, "datasets.ini", &e))
        for (int i = 0; i < offers.count; i++)
            check(&offers.entries[i]);
    offers_free(&offers);
    free(text);
    return 0;
}
