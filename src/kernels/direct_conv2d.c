/* The convolution, straight from its definition. A thread takes pieces of the output rows, which are numbered through
 * all images, and computes them block by block. If a pool follows, a block's sums go through scratch memory. */
#include "kernels/activate.h"
#include "kernels/claims.h"
#include "kernels/conv2d_ways.h"
#include "kernels/conv_pool.h"
#include "kernels/direct_tiles.h"

/* Output pixels of a block; fewer if their sums have to stay in the first-level cache for the pool. A piece is several
 * blocks: the end of an image can cut one of them short. */
enum { BLOCK_PIXELS = 256, BLOCK_PIXELS_POOLED = 64, PIECE_BLOCKS = 4 };

/* Offsets in a thread's workspace, in floats. */
struct layout {
    int64_t seen;             /* scratch memory for what a block sees */
    int64_t sums;             /* of a block whose output is pooled */
    int64_t windows, outputs; /* int32_t: offsets of its pixels' windows, and of its pixels in y */
    int64_t elements;         /* int32_t: offsets of the elements of a window */
    int64_t floats;
};

struct forward {
    struct op_window window;
    struct direct_blocks blocks;
    struct direct_panels panels;
    struct layout layout;
};

static struct forward forward_of(const struct op *op)
{
    struct forward f = { .window = direct_blocks_window(op) };
    struct op_window *window = &f.window, whole = *window;
    int64_t pixels;

    whole.pooled = false; /* here it would say that the input is pooled */
    f.blocks = direct_blocks_of(&whole, window->pooled ? 2 : 1, window->pooled ? BLOCK_PIXELS_POOLED : BLOCK_PIXELS,
                                DIRECT_BLOCKS_SEEN);
    f.panels.depth = (int64_t)window->kernel_height * window->kernel_width * window->channels;
    f.panels.filters = window->out_channels;
    pixels = direct_blocks_pixels(&f.blocks);
    f.layout.sums = f.layout.seen + direct_blocks_scratch(&f.blocks);
    f.layout.windows = f.layout.sums + (window->pooled ? pixels * window->out_channels : 0);
    f.layout.outputs = f.layout.windows + pixels;
    f.layout.elements = f.layout.outputs + pixels;
    f.layout.floats = f.layout.elements + f.panels.depth;
    return f;
}

static size_t shared(const struct op *op, int threads)
{
    struct forward f = forward_of(op);

    (void)threads;
    return (size_t)direct_panels_floats(&f.panels) * sizeof(float);
}

static size_t workspace(const struct op *op)
{
    return (size_t)forward_of(op).layout.floats * sizeof(float);
}

/* Packs this thread's share of the panels' rows, from w [depth][K] and b [K], which may be NULL. */
static void pack(const struct kernel_task *task, const struct direct_panels *panels)
{
    const float *w = task->in[1], *b = task->in[2];
    struct share share = team_share(1 + panels->depth, 1, task->thread, task->threads);

    for (int64_t panel = 0; panel < direct_panels_count(panels); panel++) {
        int columns = direct_panel_columns(panels, panel);

        for (int64_t row = share.begin; row < share.end; row++) {
            float *to = direct_panel(panels, panel) + row * TILE_COLUMNS;
            const float *from = row > 0 ? w + (row - 1) * panels->filters : b;

            for (int i = 0; i < TILE_COLUMNS; i++)
                to[i] = from && i < columns ? from[panel * TILE_COLUMNS + i] : 0.0f;
        }
    }
}

/* Writes a block of y and winner. */
static void pool(const struct kernel_task *task, const struct forward *f, struct direct_block block, const float *sums)
{
    const struct op_window *window = &f->window;
    int64_t row_floats = (int64_t)window->out_width * window->out_channels, height = window->out_height;
    struct conv_map map = { .row_step = row_floats, .pixel_step = window->out_channels };

    for (int image = 0; image < block.images; image++) {
        int64_t y = ((block.image + image) * height + block.row) / 2 * row_floats / 2;

        map.at = (float *)sums + image * block.rows * row_floats;
        conv_pool_rows(window, map, block.rows, window->out_channels, NULL, (float *)task->out[0] + y,
                       task->out[1] ? (uint8_t *)task->out[1] + y : NULL);
    }
}

/* Computes a piece of the output rows. */
static void convolve(const struct kernel_task *task, const struct forward *f, const struct direct_convolution *how,
                     struct share piece, const struct moments *moments)
{
    const struct op_window *window = &f->window;
    float *workspace = kernel_workspace(task, task->thread), *sums = workspace + f->layout.sums;
    int64_t row_floats = (int64_t)window->out_width * window->out_channels;

    for (int64_t row = piece.begin, rows; row < piece.end; row += rows) {
        struct direct_block block = direct_blocks_at(&f->blocks, row, piece.end);
        const float *seen = direct_blocks_input(&f->blocks, block, (struct direct_input){ task->in[0], NULL },
                                                workspace + f->layout.seen);
        float *y = window->pooled ? sums : (float *)task->out[0] + row * row_floats;

        rows = (int64_t)block.images * block.rows;
        direct_tiles_convolve(how, seen, rows * window->out_width, y);
        if (window->pooled)
            pool(task, f, block, sums);
        else if (!how->relu && window->activation != ACTIVATION_LINEAR)
            activate(window->activation, window->slope, y, y, rows * row_floats);
        if (moments)
            moments_add(*moments, y, rows * window->out_width);
    }
}

/* Rows of y, numbered through all images. Threads keep to their own shares if they compute moments. */
static struct claims pieces_of(const struct kernel_task *task, const struct forward *f)
{
    return claims_of(task, (int64_t)task->step->rows * f->window.out_height, f->window.pooled ? 2 : 1,
                     PIECE_BLOCKS * direct_blocks_rows(&f->blocks), task->op->out[2] != VALUE_NONE);
}

static void begin(const struct kernel_task *task)
{
    struct forward f = forward_of(task->op);
    struct claims pieces = pieces_of(task, &f);

    claims_open(&pieces);
    f.panels.at = (float *)task->shared;
    pack(task, &f.panels);
}

static void run(const struct kernel_task *task, const struct moments *moments)
{
    struct forward f = forward_of(task->op);
    const struct op_window *window = &f.window;
    int64_t filters = window->out_channels, row_floats = window->out_width * filters;
    float *workspace = kernel_workspace(task, task->thread);
    int32_t *windows = (int32_t *)(workspace + f.layout.windows);
    int32_t *outputs = (int32_t *)(workspace + f.layout.outputs);
    int32_t *elements = (int32_t *)(workspace + f.layout.elements);
    bool relu = window->activation == ACTIVATION_RELU && !window->pooled; /* then the pool applies it */
    struct direct_convolution convolution = {
        .panels = &f.panels,
        .depth = f.panels.depth,
        .elements = elements,
        .windows = windows,
        .outputs = outputs,
        .relu = relu,
    };
    struct claims pieces = pieces_of(task, &f);

    f.panels.at = (float *)task->shared;
    direct_blocks_element_offsets(&f.blocks, elements);
    direct_blocks_window_offsets(&f.blocks, windows);
    direct_blocks_pixel_offsets(&f.blocks, window->out_height * row_floats, row_floats, filters, outputs);
    for (struct share piece; claims_next(&pieces, &piece);)
        convolve(task, &f, &convolution, piece, moments);
}

const struct conv2d_way direct_conv2d = { .begin = begin, .run = run, .workspace = workspace, .shared = shared };
