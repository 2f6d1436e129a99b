#include "tui/datasets/preview_layout.h"

#include "tui/draw/picture.h"

enum { CLASSES_COLUMNS = 30, COLUMNS_WITH_CLASSES = 70, ROWS_WITH_FACTS = 16, FACTS_LINES = 2 };

struct preview_layout preview_layout_make(int rows, int columns)
{
    struct preview_layout l = { .images = { 0, 0, rows, columns } };

    if (rows >= ROWS_WITH_FACTS) {
        l.facts = (struct rectangle){ 0, 1, FACTS_LINES, columns - 2 };
        l.images.row += FACTS_LINES;
        l.images.rows -= FACTS_LINES;
    }
    if (columns >= COLUMNS_WITH_CLASSES) {
        l.classes = (struct rectangle){ l.images.row, 0, l.images.rows, CLASSES_COLUMNS };
        l.images.column = CLASSES_COLUMNS;
        l.images.columns -= CLASSES_COLUMNS;
    }
    return l;
}

struct rectangle preview_layout_inside(struct rectangle frame)
{
    return (struct rectangle){ frame.row + 1, frame.column + 1, frame.rows - 2, frame.columns - 2 };
}

struct preview_grid preview_layout_grid(struct rectangle room, struct preview_size size)
{
    return (struct preview_grid){ (room.columns + PREVIEW_GAP) / (size.width + PREVIEW_GAP),
                                  room.rows / (picture_rows(size.height) + PREVIEW_NAME_ROWS) };
}
