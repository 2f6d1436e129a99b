#include "kernels/conv_pool.h"

#include "kernels/winner.h"

/* One window of LANES channels. The activation can come last, as the largest sum is also the largest output. */
VECTOR_INLINE void pool_vector(const float *top, const float *bottom, int64_t pixel_step, const float *b, bool relu,
                               float *y, uint8_t *winner)
{
    const float *others[] = { top + pixel_step, bottom, bottom + pixel_step };
    vector best = *(const vector *)top;
    winners position = { 0 }, low = (winners){ 0 } + (relu ? -1 : 0);

#pragma GCC unroll 3
    for (int i = 0; i < 3; i++) {
        vector x = *(const vector *)others[i];
        winners wins = (x > best) | (x != x); /* a NaN wins, and is seen */

        best = (vector)winner_choose(wins, (winners)x, (winners)best);
        position = winner_choose(wins, winner_lanes(i + 1), position);
    }
    if (b)
        best += *(const vector *)b;
    *(vector *)y = (vector)((winners)best & ~(low & (best < 0.0f)));
    if (winner)
        winner_store(winner, winner_choose(low & (best <= 0.0f), winner_lanes(WINNER_NONE), position));
}

/* The same for one channel. */
VECTOR_INLINE void pool_number(const float *top, const float *bottom, int64_t pixel_step, const float *b, bool relu,
                               float *y, uint8_t *winner)
{
    const float others[] = { top[pixel_step], *bottom, bottom[pixel_step] };
    float best = *top;
    int position = 0;

#pragma GCC unroll 3
    for (int i = 0; i < 3; i++) {
        bool wins = (others[i] > best) | (others[i] != others[i]);

        best = wins ? others[i] : best;
        position = wins ? i + 1 : position;
    }
    best += b ? *b : 0.0f;
    *y = relu && best < 0.0f ? 0.0f : best;
    if (winner)
        *winner = (uint8_t)(relu && best <= 0.0f ? WINNER_NONE : position);
}

/* Channels are done in whole vectors, the last of which may overlap the one before it; fewer than LANES one by one. */
VECTOR_INLINE int64_t vector_begin(int64_t channel, int64_t channels)
{
    return channel + LANES <= channels ? channel : channels - LANES;
}

static void pool_two_rows(const struct op_window *window, const float *top, const float *bottom, int64_t pixel_step,
                          int64_t channels, const float *b, float *y, uint8_t *winner)
{
    bool relu = window->activation == ACTIVATION_RELU;

    for (int64_t x = 0; x < window->out_width / 2; x++) {
        for (int64_t channel = 0; channels >= LANES && channel < channels; channel += LANES) {
            int64_t c = vector_begin(channel, channels);

            pool_vector(top + c, bottom + c, pixel_step, b ? b + c : NULL, relu, y + c, winner ? winner + c : NULL);
        }
        for (int64_t c = 0; channels < LANES && c < channels; c++)
            pool_number(top + c, bottom + c, pixel_step, b ? b + c : NULL, relu, y + c, winner ? winner + c : NULL);
        top += 2 * pixel_step;
        bottom += 2 * pixel_step;
        y += window->out_channels;
        winner = winner ? winner + window->out_channels : NULL;
    }
}

void conv_pool_rows(const struct op_window *window, struct conv_map sums, int64_t rows, int64_t channels,
                    const float *b, float *y, uint8_t *winner)
{
    int64_t row_floats = (int64_t)(window->out_width / 2) * window->out_channels;

    for (int64_t row = 0; row < rows; row += 2) {
        const float *top = sums.at + row * sums.row_step;

        pool_two_rows(window, top, top + sums.row_step, sums.pixel_step, channels, b, y, winner);
        y += row_floats;
        winner = winner ? winner + row_floats : NULL;
    }
}

/* Writes the upper or the lower row of a row of windows. */
static void unpool_row(const struct op_window *window, const float *dy, const uint8_t *winner, bool lower,
                       int64_t channels, float *to, int64_t pixel_step)
{
    int left = 2 * lower, right = left + 1;

    for (int64_t x = 0; x < window->out_width / 2; x++) {
        for (int64_t channel = 0; channels >= LANES && channel < channels; channel += LANES) {
            int64_t c = vector_begin(channel, channels);
            winners who = winner_load(winner + c), what = (winners) * (const vector *)(dy + c);

            *(vector *)(to + c) = (vector)(what & (who == winner_lanes(left)));
            *(vector *)(to + c + pixel_step) = (vector)(what & (who == winner_lanes(right)));
        }
        for (int64_t c = 0; channels < LANES && c < channels; c++) {
            to[c] = winner[c] == left ? dy[c] : 0.0f;
            to[c + pixel_step] = winner[c] == right ? dy[c] : 0.0f;
        }
        dy += window->out_channels;
        winner += window->out_channels;
        to += 2 * pixel_step;
    }
}

static void zero_pixels(float *to, int64_t pixels, int64_t pixel_step, int64_t channels)
{
    for (int64_t x = 0; x < pixels; x++)
        memset(to + x * pixel_step, 0, (size_t)channels * sizeof *to);
}

void conv_pool_unpool(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin,
                      int64_t end, int64_t channels, struct conv_map to)
{
    int64_t height = window->out_height / 2, width = window->out_width / 2, left_out = window->out_width - 2 * width;

    for (int64_t row = begin; row < end; row++) {
        int64_t image = row / window->out_height, y = row % window->out_height;
        int64_t from = (image * height + y / 2) * width * window->out_channels;
        float *at = to.at + (row - begin) * to.row_step;

        if (y / 2 == height) {
            zero_pixels(at, window->out_width, to.pixel_step, channels);
            continue;
        }
        unpool_row(window, dy + from, winner + from, y % 2, channels, at, to.pixel_step);
        zero_pixels(at + 2 * width * to.pixel_step, left_out, to.pixel_step, channels);
    }
}

const float *conv_pool_dy(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin,
                          int64_t end, float *scratch)
{
    int64_t filters = window->out_channels, row_step = window->out_width * filters;

    if (!window->pooled)
        return dy + begin * row_step;
    conv_pool_unpool(window, dy, winner, begin, end, filters, (struct conv_map){ scratch, row_step, filters });
    return scratch;
}
