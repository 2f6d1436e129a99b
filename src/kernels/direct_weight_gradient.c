/* The gradient of a convolution's weights: every thread sums x^T × dy over its output rows into a partial sum of its
 * own. Then the team adds the partial sums in the order of the threads, each thread some rows of them. */
#include <string.h>

#include "base/limits.h"
#include "kernels/conv2d_ways.h"
#include "kernels/conv_pool.h"
#include "kernels/direct_tiles.h"
#include "kernels/moments.h"

/* With few filters the block's dy stays in the first-level cache. With more than FILTERS_FEW the input of a tile is
 * gathered in a strip, so that only dy has to stay in the second-level cache, and blocks are larger, as a partial sum
 * that is larger than that cache is read once for each block. */
enum {
    FILTERS_FEW = 4 * TILE_COLUMNS,
    BLOCK_PIXELS_FEW = 128,
    BLOCK_PIXELS = 256,
    BLOCK_SEEN = 4 * DIRECT_BLOCKS_SEEN
};

/* Offsets in a thread's workspace, in bytes. */
struct layout {
    size_t sums;    /* the partial sum of dw, in panels [panels][depth][TILE_COLUMNS] */
    size_t bias;    /* the partial sum of db [K], in doubles */
    size_t windows; /* int32_t: offsets of the windows of the block's pixels, then of the elements of a window */
    size_t strip;   /* of a tile, if there are many filters */
    size_t seen;    /* scratch memory for what the block sees */
    size_t dy;      /* the block's dy in panels [panels][pixels][TILE_COLUMNS], unless it is read where it is */
    size_t bytes;
};

struct gradient {
    const struct kernel_task *task;
    struct op_window window;
    struct direct_blocks blocks;
    struct direct_products products;
    bool packed; /* dy is copied into panels */
    struct layout layout;
    char *workspace; /* this thread's */
};

/* Adds an array to a layout; returns its offset. */
static size_t append(size_t *bytes, int64_t count, size_t size)
{
    size_t offset = *bytes;

    *bytes = size_round_up(offset + (size_t)count * size, MEMORY_LINE);
    return offset;
}

static struct gradient gradient_of(const struct op *op)
{
    struct gradient g = { .window = direct_blocks_window(op) };
    struct op_window seen = g.window;
    struct direct_products *p = &g.products;
    struct layout *l = &g.layout;
    bool few = g.window.out_channels <= FILTERS_FEW;
    int64_t pixels, filled;

    seen.pooled = false; /* dy may be pooled, x is not */
    g.blocks = direct_blocks_of(&seen, 1, few ? BLOCK_PIXELS_FEW : BLOCK_PIXELS, few ? DIRECT_BLOCKS_SEEN : BLOCK_SEEN);
    pixels = direct_blocks_pixels(&g.blocks);
    p->depth = (int64_t)g.window.kernel_height * g.window.kernel_width * g.window.channels;
    p->filters = g.window.out_channels;
    filled = int64_round_up(p->filters, TILE_COLUMNS);
    /* dy of few whole panels is read where it is: its pixels do not fall into the same sets of the cache. */
    g.packed = g.window.pooled || p->filters % TILE_COLUMNS != 0 || p->filters > 2 * TILE_COLUMNS;
    l->sums = append(&l->bytes, filled * p->depth, sizeof(float));
    l->bias = append(&l->bytes, p->filters, sizeof(double));
    l->windows = append(&l->bytes, pixels + p->depth, sizeof(int32_t));
    l->strip = append(&l->bytes, few ? 0 : pixels * TILE_ROWS, sizeof(float));
    l->seen = append(&l->bytes, direct_blocks_scratch(&g.blocks), sizeof(float));
    l->dy = append(&l->bytes, g.packed ? pixels * filled : 0, sizeof(float));
    return g;
}

static size_t workspace(const struct op *op)
{
    return gradient_of(op).layout.bytes;
}

static void fill_offsets(struct gradient *g)
{
    int32_t *windows = (int32_t *)(g->workspace + g->layout.windows),
            *elements = windows + direct_blocks_pixels(&g->blocks);

    direct_blocks_window_offsets(&g->blocks, windows);
    direct_blocks_element_offsets(&g->blocks, elements);
    g->products.windows = windows;
    g->products.elements = elements;
}

/* Copies some filters of rows row..row + rows - 1 of dy into a panel [pixels][TILE_COLUMNS], filled up with zeros. */
static void pack_panel(const struct gradient *g, int64_t row, int64_t rows, int64_t filter, int columns, float *to)
{
    const float *dy = (float *)g->task->in[1] + filter;
    const uint8_t *winner = g->task->in[2];
    int64_t width = g->window.out_width, filters = g->products.filters, pixels = rows * width;

    if (columns < TILE_COLUMNS)
        memset(to, 0, (size_t)(pixels * TILE_COLUMNS) * sizeof *to);
    if (g->window.pooled) {
        conv_pool_unpool(&g->window, dy, winner + filter, row, row + rows, columns,
                         (struct conv_map){ .at = to, .row_step = width * TILE_COLUMNS, .pixel_step = TILE_COLUMNS });
        return;
    }
    dy += row * width * filters;
    for (int64_t pixel = 0; pixel < pixels; pixel++, to += TILE_COLUMNS, dy += filters)
        if (columns == TILE_COLUMNS)
            memcpy(to, dy, TILE_COLUMNS * sizeof *to); /* a constant size: no call */
        else
            memcpy(to, dy, (size_t)columns * sizeof *to);
}

/* Prepares some rows of dy for the products; adds its sums to the partial sums of db, if there is a bias. */
static struct direct_dy prepare_dy(const struct gradient *g, int64_t row, int64_t rows)
{
    double *bias = g->task->out[1] ? (double *)(g->workspace + g->layout.bias) : NULL;
    float *panels = (float *)(g->workspace + g->layout.dy);
    int64_t filters = g->products.filters, pixels = rows * g->window.out_width;
    const float *dy = (float *)g->task->in[1] + row * g->window.out_width * filters;

    if (!g->packed) {
        if (bias)
            moments_sum(dy, pixels, filters, filters, bias);
        return (struct direct_dy){ .at = dy, .pixel = filters, .panel = TILE_COLUMNS };
    }
    for (int64_t filter = 0; filter < filters; filter += TILE_COLUMNS) {
        int columns = (int)int64_min(filters - filter, TILE_COLUMNS);
        float *panel = panels + filter * pixels;

        pack_panel(g, row, rows, filter, columns, panel);
        if (bias)
            moments_sum(panel, pixels, columns, TILE_COLUMNS, bias + filter);
    }
    return (struct direct_dy){ .at = panels, .pixel = TILE_COLUMNS, .panel = pixels * TILE_COLUMNS };
}

static struct share rows_of(const struct kernel_task *task, const struct op_window *window, int thread)
{
    return team_share((int64_t)task->step->rows * window->out_height, 1, thread, task->threads);
}

/* This thread's partial sums. */
static void sum_rows(struct gradient *g)
{
    struct share share = rows_of(g->task, &g->window, g->task->thread);
    struct direct_input x = { .x = g->task->in[0] };
    int64_t filled = (g->layout.bias - g->layout.sums) / sizeof(float);

    g->products.blocks = &g->blocks;
    g->products.sums = (float *)(g->workspace + g->layout.sums);
    if (g->products.filters > FILTERS_FEW)
        g->products.strip = (float *)(g->workspace + g->layout.strip);
    memset(g->products.sums, 0, (size_t)filled * sizeof(float));
    memset(g->workspace + g->layout.bias, 0, (size_t)g->products.filters * sizeof(double));
    for (int64_t row = share.begin, rows; row < share.end; row += rows) {
        struct direct_block block = direct_blocks_at(&g->blocks, row, share.end);
        const float *seen = direct_blocks_input(&g->blocks, block, x, (float *)(g->workspace + g->layout.seen));

        rows = (int64_t)block.images * block.rows;
        direct_tiles_add_products(&g->products, seen, prepare_dy(g, row, rows), rows);
    }
}

/* Sums this thread's share of dw [depth][K] over the partial sums of all threads that had rows. */
static void add_partials(const struct gradient *g, float *dw)
{
    const struct kernel_task *task = g->task;
    int64_t depth = g->products.depth, filters = g->products.filters;
    struct share share = team_share(depth, 1, task->thread, task->threads);

    for (int thread = 0; thread < task->threads; thread++) {
        const float *sums = (float *)((char *)kernel_workspace(task, thread) + g->layout.sums);
        struct share rows = rows_of(task, &g->window, thread);

        for (int64_t filter = 0; filter < filters && rows.begin < rows.end; filter += TILE_COLUMNS) {
            int64_t columns = int64_min(filters - filter, TILE_COLUMNS);

            for (int64_t at = share.begin; at < share.end; at++)
                for (int64_t i = 0; i < columns; i++) {
                    float *to = dw + at * filters + filter + i, sum = sums[filter * depth + at * TILE_COLUMNS + i];

                    *to = thread > 0 ? *to + sum : sum;
                }
        }
    }
}

static void add_bias_partials(const struct gradient *g, float *db)
{
    for (int64_t i = 0; i < g->products.filters; i++) {
        double sum = 0.0;

        for (int thread = 0; thread < g->task->threads; thread++)
            sum += ((double *)((char *)kernel_workspace(g->task, thread) + g->layout.bias))[i];
        db[i] = (float)sum;
    }
}

static struct gradient gradient_for(const struct kernel_task *task)
{
    struct gradient g = gradient_of(task->op);

    g.task = task;
    g.workspace = kernel_workspace(task, task->thread);
    return g;
}

static void run(const struct kernel_task *task, const struct moments *moments)
{
    struct gradient g = gradient_for(task);

    (void)moments;
    fill_offsets(&g);
    sum_rows(&g);
}

static void finish(const struct kernel_task *task)
{
    struct gradient g = gradient_for(task);

    add_partials(&g, task->out[0]);
    if (task->thread == 0 && task->out[1])
        add_bias_partials(&g, task->out[1]);
}

const struct conv2d_way direct_weight_gradient = { .run = run, .finish = finish, .workspace = workspace };
