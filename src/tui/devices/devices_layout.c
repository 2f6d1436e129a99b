#include "tui/devices/devices_layout.h"

#include "base/limits.h"
#include "tui/draw/gauge.h"

/* At 80×24 with one GPU, with the rows inside the frames in brackets:
 *
 *     ┌ GPUs   [3]  a card: name, load, memory
 *     │ cuda:0 [9]  clocks, PCIe, state, processes
 *     └ node   [6]  processor, memory, cores, disks, network
 *
 * With more GPUs than cards fit, each is a line, and the lines scroll. */
enum {
    FRAME_COLUMNS = 2,
    WHY_ROWS = 2,          /* the reason why there is no GPU */
    LINES_LEAST = 4,       /* of GPUs */
    DETAIL_LEAST = 5,      /* four rows of figures and one of processes */
    DETAIL_GOOD = 10,
    NODE_GOOD = 6,
    NODE_BESIDE_DETAIL = 5,
    NODE_OTHER_ROWS = 6,   /* the node's rows that are not cores */
    NODE_BEFORE_CORES = 4, /* of these, the ones that a second row of cores does not replace */
    CARD_ROWS_TALL = 7,
    CARD_ROWS_MOST = 11,
    NODE_ROWS_TALLER = 4,  /* one more for each of its histories */
};

int devices_layout_cores_in(int columns)
{
    int groups = (columns + 1) / (CORES_A_GROUP + 1);

    return groups > 0 ? groups * CORES_A_GROUP : int_max(columns, 1);
}

/* Moves rows from what is spare until there are as many as wished. */
static void give(int *rows, int wish, int *spare)
{
    int more = int_min(int_max(wish - *rows, 0), *spare);

    *rows += more;
    *spare -= more;
}

static void stack(struct devices_layout *l, const int inside[DEVICES_PLACES], int columns)
{
    enum devices_place last = DEVICES_NODE;
    int row = 0;

    for (enum devices_place p = 0; p < DEVICES_PLACES; p++) {
        if (inside[p] == 0)
            continue;
        l->place[p] = (struct rectangle){ row, 0, inside[p] + (p == last ? 2 : 1), columns };
        row += l->place[p].rows;
    }
}

/* Cards with taller histories: one more row for both of them at a time. */
static void grow_cards(struct devices_layout *l, int *list, int gpus, int most, int *spare)
{
    while (l->gpu_rows >= GPU_CARD_ROWS && l->gpu_rows < most && *spare >= 2 * gpus) {
        l->gpu_rows += 2;
        give(list, gpus * l->gpu_rows, spare);
    }
}

/* Shares out `room` rows among the insides of the boxes. */
static void share_rows(struct devices_layout *l, int inside[DEVICES_PLACES], int room, int gpus, int node_wish)
{
    bool detail = inside[DEVICES_GPU] > 0;
    int spare = room - inside[DEVICES_GPU] - inside[DEVICES_NODE];

    l->gpu_rows = gpus * GPU_CARD_ROWS <= spare ? GPU_CARD_ROWS : 1;
    give(&inside[DEVICES_GPUS], gpus * l->gpu_rows, &spare);
    give(&inside[DEVICES_NODE], int_min(NODE_GOOD, node_wish), &spare);
    if (detail)
        give(&inside[DEVICES_GPU], DETAIL_GOOD, &spare);
    give(&inside[DEVICES_NODE], node_wish, &spare);
    grow_cards(l, &inside[DEVICES_GPUS], gpus, CARD_ROWS_TALL, &spare);
    give(&inside[DEVICES_NODE], node_wish + NODE_ROWS_TALLER, &spare);
    grow_cards(l, &inside[DEVICES_GPUS], gpus, CARD_ROWS_MOST, &spare);
    give(&inside[DEVICES_NODE], node_wish + 2 * NODE_ROWS_TALLER, &spare);
    inside[detail ? DEVICES_GPU : DEVICES_NODE] += spare;
}

struct devices_layout devices_layout_make(int rows, int columns, int gpus, int cores)
{
    struct devices_layout l = { .gpu_rows = 1 };
    int a_row = devices_layout_cores_in(columns - FRAME_COLUMNS - GAUGE_BAR), core_rows = (cores + a_row - 1) / a_row;
    int inside[DEVICES_PLACES] = { 0 };

    if (gpus == 0) {
        inside[DEVICES_GPUS] = WHY_ROWS;
        inside[DEVICES_NODE] = rows - 3 - WHY_ROWS;
    } else {
        int list_least = gpus == 1 ? GPU_CARD_ROWS : int_min(gpus, LINES_LEAST);
        bool detail = rows - 4 >= list_least + DETAIL_LEAST + NODE_BESIDE_DETAIL;

        inside[DEVICES_GPU] = detail ? DETAIL_LEAST : 0;
        inside[DEVICES_NODE] = detail ? NODE_BESIDE_DETAIL : NODE_ROWS_LEAST;
        share_rows(&l, inside, rows - (detail ? 4 : 3), gpus, core_rows + NODE_OTHER_ROWS);
    }
    l.core_rows = int_min(int_max(core_rows, 1), int_max(inside[DEVICES_NODE] - NODE_BEFORE_CORES, 1));
    stack(&l, inside, columns);
    return l;
}
