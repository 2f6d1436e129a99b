#include "data/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

enum { SECONDS_MOST = 120 };

static bool read_images(struct sheet *sheet, struct source *s, const int32_t *labels, uint32_t count, struct error *e)
{
    const struct sheet_wish *wish = &sheet->wish;
    uint32_t index[SHEET_MOST];

    sheet->n = int_min(wish->n, SHEET_MOST);
    if (wish->listed)
        memcpy(index, wish->index, (size_t)sheet->n * sizeof *index);
    else
        sheet->n = preview_of_class(labels, count, wish->class, wish->first, sheet->n, index);
    for (int i = 0; i < sheet->n; i++)
        preview_name(s, wish->split, index[i], sheet->names[i], sizeof sheet->names[i]);
    return preview_read(s, wish->split, index, sheet->n, wish->change.change ? &wish->change : NULL,
                        sheet->size, sheet->rgb, sheet->broken, e);
}

static bool fill(struct sheet *sheet, struct source *s, struct error *e)
{
    struct dataset_info info;

    source_describe(s, &info);
    sheet->size = preview_size(&info, int_min(sheet->wish.side, SHEET_SIDE_MOST));

    const uint32_t count = info.count[sheet->wish.split];
    int32_t *labels = memory_new(count, sizeof *labels, e);
    bool good = labels && (sheet->wish.listed || source_labels(s, sheet->wish.split, labels, NULL, NULL, e)) &&
                read_images(sheet, s, labels, count, e);

    free(labels);
    return good;
}

static bool work(void *paper, struct error *e)
{
    struct sheet *sheet = paper;
    struct source *s = catalogue_open(sheet->wish.name, &sheet->wish.wish, 0, NULL, NULL, e);
    bool good = s && fill(sheet, s, e);

    source_close(s);
    return good;
}

struct errand *sheet_start(const struct sheet_wish *wish, struct inspect_listener listener, struct error *e)
{
    return inspect_errand(work, wish, sizeof *wish, sizeof(struct sheet), wish->name, SECONDS_MOST, listener, e);
}

const struct sheet *sheet_found(const struct errand *r)
{
    return errand_paper(r);
}
