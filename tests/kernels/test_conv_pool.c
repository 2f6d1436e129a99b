/* The pool after a convolution, row by row: exact, as nothing is summed. */
#include "tests/support/check.h"

#include <math.h>

#include "tests/support/chance.h"

/* The kernels' names are local to their variant, so the source itself is included. */
#include "kernels/conv_pool.c"

enum { CASES = 400, UNTOUCHED = 77 };

/* Some channels of a convolution's output. The channels before `first` belong to another part, and rows and pixels are
 * further apart than they need to be: what lies between must not be touched. */
struct map_case {
    struct op_window window;
    int images, first, channels;
    int64_t row_step, pixel_step;
    float *wide; /* [images][H'] rows */
    float *y;    /* [images][H'/2][W'/2][K] */
    uint8_t *winner;
};

static size_t wide_floats(const struct map_case *m)
{
    return (size_t)(m->images * m->window.out_height * m->row_step);
}

static size_t pooled_numbers(const struct map_case *m)
{
    const struct op_window *w = &m->window;

    return (size_t)(m->images * (w->out_height / 2) * (w->out_width / 2) * w->out_channels);
}

static void make(struct map_case *m, struct chance *r)
{
    struct op_window *w = &m->window;

    *m = (struct map_case){ .images = chance_int(r, 1, 3) };
    w->out_height = chance_int(r, 2, 9);
    w->out_width = chance_int(r, 2, 9);
    w->out_channels = chance_int(r, 1, 40);
    w->activation = chance_toss(r) ? ACTIVATION_RELU : ACTIVATION_LINEAR;
    w->pooled = true;
    m->channels = chance_int(r, 1, w->out_channels);
    m->first = chance_int(r, 0, w->out_channels - m->channels);
    m->pixel_step = m->channels + chance_int(r, 0, 2);
    m->row_step = w->out_width * m->pixel_step + chance_int(r, 0, 3);
    m->wide = test_malloc(wide_floats(m) * sizeof *m->wide);
    m->y = test_malloc(pooled_numbers(m) * sizeof *m->y);
    m->winner = test_malloc(pooled_numbers(m));
    for (size_t i = 0; i < wide_floats(m); i++)
        m->wide[i] = (float)chance_int(r, -3, 3); /* many are equal */
    for (size_t i = 0; i < pooled_numbers(m); i++) {
        m->y[i] = UNTOUCHED;
        m->winner[i] = UNTOUCHED;
    }
}

static void drop(struct map_case *m)
{
    test_free(m->wide);
    test_free(m->y);
    test_free(m->winner);
}

static float *wide_at(const struct map_case *m, int image, int y, int x, int c)
{
    return m->wide + ((int64_t)image * m->window.out_height + y) * m->row_step + x * m->pixel_step + c;
}

static size_t pooled_at(const struct map_case *m, int image, int y, int x, int c)
{
    const struct op_window *w = &m->window;

    return (size_t)(((image * (w->out_height / 2) + y) * (w->out_width / 2) + x) * w->out_channels + m->first + c);
}

/* Checks what the pool made of one window, by the definition in nn/plan/ops.h. */
static void expect_window(const struct map_case *m, int image, int y, int x, int c, float bias, bool asked)
{
    float greatest = -INFINITY;
    int winner = WINNER_NONE;
    size_t at = pooled_at(m, image, y, x, c);

    for (int position = 0; position < 4; position++) {
        float sum = *wide_at(m, image, 2 * y + position / 2, 2 * x + position % 2, c) + bias;

        if (sum > greatest) {
            greatest = sum;
            winner = position;
        }
    }
    if (m->window.activation == ACTIVATION_RELU && greatest <= 0.0f) {
        greatest = 0.0f;
        winner = WINNER_NONE;
    }
    assert_true(m->y[at] == greatest);
    assert_int_equal(m->winner[at], asked ? winner : UNTOUCHED);
    m->y[at] = UNTOUCHED;
    m->winner[at] = UNTOUCHED;
}

static void rows_become_pooled_rows(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = seed };
        struct map_case m;
        float b[40];
        bool bias = chance_toss(&r), asked = chance_int(&r, 0, 3);

        make(&m, &r);
        for (int c = 0; c < m.channels; c++)
            b[c] = bias ? (float)chance_int(&r, -2, 2) : 0.0f;
        for (int image = 0; image < m.images; image++)
            conv_pool_rows(&m.window, (struct conv_map){ wide_at(&m, image, 0, 0, 0), m.row_step, m.pixel_step },
                           m.window.out_height / 2 * 2, m.channels, bias ? b : NULL,
                           m.y + pooled_at(&m, image, 0, 0, 0),
                           asked ? m.winner + pooled_at(&m, image, 0, 0, 0) : NULL);
        for (int image = 0; image < m.images; image++)
            for (int y = 0; y < m.window.out_height / 2; y++)
                for (int x = 0; x < m.window.out_width / 2; x++)
                    for (int c = 0; c < m.channels; c++)
                        expect_window(&m, image, y, x, c, b[c], asked);
        for (size_t i = 0; i < pooled_numbers(&m); i++) /* nothing else was touched */
            assert_true(m.y[i] == UNTOUCHED && m.winner[i] == UNTOUCHED);
        drop(&m);
    }
}

static void expect_unpooled(const struct map_case *m, int image, int y, int x, int c)
{
    bool inside = y / 2 < m->window.out_height / 2 && x / 2 < m->window.out_width / 2;
    size_t from = inside ? pooled_at(m, image, y / 2, x / 2, c) : 0;
    float expected = inside && m->winner[from] == y % 2 * 2 + x % 2 ? m->y[from] : 0.0f,
          *at = wide_at(m, image, y, x, c);

    assert_true(*at == expected);
    *at = UNTOUCHED;
}

static void pooled_rows_become_rows_again(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct chance r = { .seed = seed };
        struct map_case m;
        int begin, end;

        make(&m, &r);
        begin = chance_int(&r, 0, m.images * m.window.out_height);
        end = chance_int(&r, begin, m.images * m.window.out_height);
        for (size_t i = 0; i < pooled_numbers(&m); i++) {
            m.y[i] = (float)chance_int(&r, 1, 1000);
            m.winner[i] = (uint8_t)chance_int(&r, 0, WINNER_NONE);
        }
        for (size_t i = 0; i < wide_floats(&m); i++)
            m.wide[i] = UNTOUCHED;
        conv_pool_unpool(&m.window, m.y + m.first, m.winner + m.first, begin, end, m.channels,
                         (struct conv_map){ m.wide + begin * m.row_step, m.row_step, m.pixel_step });
        for (int row = begin; row < end; row++)
            for (int x = 0; x < m.window.out_width; x++)
                for (int c = 0; c < m.channels; c++)
                    expect_unpooled(&m, row / m.window.out_height, row % m.window.out_height, x, c);
        for (size_t i = 0; i < wide_floats(&m); i++)
            assert_true(m.wide[i] == UNTOUCHED);
        drop(&m);
    }
}

/* A network that diverges shows it: a NaN is passed on from any position in a window. */
static void a_nan_stays_one(void **state)
{
    const struct op_window window = {
        .out_height = 2, .out_width = 2, .out_channels = 1, .activation = ACTIVATION_RELU, .pooled = true
    };
    (void)state;

    for (int at = 0; at < 4; at++) {
        float wide[4] = { 1, 2, -1, 3 }, y;
        uint8_t winner;

        wide[at] = NAN;
        conv_pool_rows(&window, (struct conv_map){ wide, 2, 1 }, 2, 1, NULL, &y, &winner);
        assert_true(isnan(y));
        assert_int_equal(winner, at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_pooled_rows),
        cmocka_unit_test(pooled_rows_become_rows_again),
        cmocka_unit_test(a_nan_stays_one),
    };

    return cmocka_run_group_tests_name("pool behind a convolution", tests, NULL, NULL);
}
