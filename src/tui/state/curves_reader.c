#include "tui/state/curves_reader.h"

#include <stdlib.h>

#include "base/chore.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

struct curves_reader {
    struct chore *chore;
    char folder[PATH_SIZE];
    struct curves curves;
};

static void free_reader(void *reader)
{
    curves_free(&((struct curves_reader *)reader)->curves);
    free(reader);
}

static bool work(struct chore *c, void *reader, struct error *e)
{
    struct curves_reader *r = reader;

    return curves_read(&r->curves, r->folder, chore_stopped(c), e);
}

struct curves_reader *curves_reader_start(const char *folder, void (*read)(void *context), void *context,
                                          struct error *e)
{
    const struct chore_setup setup = { .does = "reads curves", .work = work, .free = free_reader,
                                       .changed = read, .context = context };
    struct curves_reader *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    text_copy(r->folder, sizeof r->folder, folder);
    r->chore = chore_start(&setup, r, e);
    if (r->chore)
        return r;
    free_reader(r);
    return NULL;
}

const char *curves_reader_name(const struct curves_reader *r)
{
    return path_name(r->folder);
}

bool curves_reader_take(struct curves_reader *r, double seconds, struct curves *out, struct error *e)
{
    if (!chore_wait(r->chore, seconds, e))
        return false;
    if (e->kind == ERROR_NONE) {
        curves_free(out);
        *out = r->curves;
        r->curves = (struct curves){ 0 };
    }
    return true;
}

void curves_reader_stop(struct curves_reader *r)
{
    if (r)
        chore_stop(r->chore, 0);
}
