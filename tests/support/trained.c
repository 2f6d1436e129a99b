#include "tests/support/trained.h"

#include "tests/support/check.h"

struct trainer *trained(const struct recipe *r, const struct backend_class *backend, struct source *source)
{
    struct error e = { 0 };
    struct trainer_setup setup = { .recipe = r, .backend = backend, .source = source, .device = { .threads = 2 } };
    struct trainer *t = trainer_start(&setup, &e);
    struct trainer_status status;

    assert_good(t != NULL, e);
    trainer_wait(t);
    trainer_status(t, &status);
    assert_good(status.state == TRAINER_FINISHED, status.error);
    return t;
}
