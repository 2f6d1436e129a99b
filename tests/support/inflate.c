#include "tests/support/inflate.h"

#include <string.h>

enum { BITS_MOST = 15, LITERALS = 288, DISTANCES = 32, LENGTH_CODES = 19, END_OF_BLOCK = 256 };

/* Bits are read from the low end of each byte. Past the end they are 0, and `bad` is set. */
struct stream {
    const uint8_t *from;
    size_t at, end;
    uint32_t bits;
    int count;
    uint8_t *to;
    size_t done, room;
    bool bad;
};

/* A canonical code: the number of words of each length, and the symbols in the order of the words. */
struct code {
    uint16_t count[BITS_MOST + 1], symbol[LITERALS];
};

static uint32_t read_bits(struct stream *s, int count)
{
    uint32_t taken;

    while (s->count < count) {
        s->bad |= s->at >= s->end;
        s->bits |= (uint32_t)(s->at < s->end ? s->from[s->at] : 0) << s->count;
        s->at++;
        s->count += 8;
    }
    taken = s->bits & ((1u << count) - 1);
    s->bits >>= count;
    s->count -= count;
    return taken;
}

static void put(struct stream *s, uint8_t byte)
{
    if (s->done < s->room)
        s->to[s->done++] = byte;
    else
        s->bad = true;
}

/* RFC 1951, 3.2.2: shorter words before longer ones, equal lengths in the order of the symbols. */
static void code_make(struct code *c, const uint8_t *lengths, int count)
{
    uint16_t next[BITS_MOST + 2] = { 0 };

    memset(c, 0, sizeof *c);
    for (int i = 0; i < count; i++)
        c->count[lengths[i]]++;
    c->count[0] = 0;
    for (int length = 1; length <= BITS_MOST; length++)
        next[length + 1] = (uint16_t)(next[length] + c->count[length]);
    for (int i = 0; i < count; i++)
        if (lengths[i])
            c->symbol[next[lengths[i]]++] = (uint16_t)i;
}

/* Reads a word bit by bit, until it is one of the words of its length. */
static int decode(struct stream *s, const struct code *c)
{
    int word = 0, first = 0, position = 0;

    for (int length = 1; length <= BITS_MOST && !s->bad; length++) {
        word |= (int)read_bits(s, 1);
        if (word - first < c->count[length])
            return c->symbol[position + word - first];
        position += c->count[length];
        first = (first + c->count[length]) << 1;
        word <<= 1;
    }
    s->bad = true;
    return END_OF_BLOCK;
}

static void copy_stored(struct stream *s)
{
    s->bits = 0;
    s->count = 0;

    uint32_t length = read_bits(s, 16);

    if (length != (read_bits(s, 16) ^ 0xFFFFu))
        s->bad = true;
    while (length-- > 0 && !s->bad)
        put(s, (uint8_t)read_bits(s, 8));
}

/* RFC 1951, 3.2.5: the values of the codes of lengths and distances, computed instead of listed. */
static int length_of(struct stream *s, int code)
{
    int extra = code < 8 || code >= 28 ? 0 : code / 4 - 1;

    s->bad |= code > 28;
    if (code >= 28)
        return 258;
    return 3 + (code < 8 ? code : (4 + code % 4) << extra) + (int)read_bits(s, extra);
}

static size_t distance_of(struct stream *s, int code)
{
    int extra = code < 4 || code >= 30 ? 0 : code / 2 - 1;

    s->bad |= code >= 30;
    return 1 + (size_t)(code < 4 ? code : (2 + code % 2) << extra) + read_bits(s, extra);
}

static void repeat(struct stream *s, int length, size_t distance)
{
    s->bad |= distance > s->done;
    while (length-- > 0 && !s->bad)
        put(s, s->to[s->done - distance]);
}

static void inflate_block(struct stream *s, const struct code *literals, const struct code *distances)
{
    int symbol;

    while ((symbol = decode(s, literals)) != END_OF_BLOCK && !s->bad)
        if (symbol < END_OF_BLOCK)
            put(s, (uint8_t)symbol);
        else {
            int length = length_of(s, symbol - END_OF_BLOCK - 1);

            repeat(s, length, distance_of(s, decode(s, distances)));
        }
}

/* RFC 1951, 3.2.6. */
static void inflate_fixed(struct stream *s)
{
    uint8_t lengths[LITERALS];
    struct code literals, distances;

    memset(lengths, 8, LITERALS);
    memset(lengths + 144, 9, 256 - 144);
    memset(lengths + 256, 7, 280 - 256);
    code_make(&literals, lengths, LITERALS);
    memset(lengths, 5, DISTANCES);
    code_make(&distances, lengths, DISTANCES);
    inflate_block(s, &literals, &distances);
}

/* The lengths of both codes, one after the other, in a code with three symbols for repetitions (RFC 1951, 3.2.7). */
static void read_lengths(struct stream *s, const struct code *code, uint8_t *lengths, int count)
{
    enum { BEFORE = 16, FEW_ZEROS, MANY_ZEROS };
    int at = 0;

    while (at < count && !s->bad) {
        int symbol = decode(s, code), times = 1;
        uint8_t length = symbol < BEFORE ? (uint8_t)symbol : 0;

        if (symbol == BEFORE) {
            s->bad |= at == 0;
            length = at ? lengths[at - 1] : 0;
            times = 3 + (int)read_bits(s, 2);
        } else if (symbol == FEW_ZEROS)
            times = 3 + (int)read_bits(s, 3);
        else if (symbol == MANY_ZEROS)
            times = 11 + (int)read_bits(s, 7);
        s->bad |= times > count - at;
        while (times-- > 0 && at < count)
            lengths[at++] = length;
    }
}

static void inflate_dynamic(struct stream *s)
{
    static const uint8_t order[LENGTH_CODES] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    uint8_t lengths[LITERALS + DISTANCES] = { 0 };
    int literal_count = 257 + (int)read_bits(s, 5), distance_count = 1 + (int)read_bits(s, 5),
        count = 4 + (int)read_bits(s, 4);
    struct code code, distances;

    for (int i = 0; i < count; i++)
        lengths[order[i]] = (uint8_t)read_bits(s, 3);
    code_make(&code, lengths, LENGTH_CODES);
    memset(lengths, 0, sizeof lengths);
    s->bad |= literal_count > LITERALS;
    if (s->bad)
        return;
    read_lengths(s, &code, lengths, literal_count + distance_count);
    code_make(&code, lengths, literal_count);
    code_make(&distances, lengths + literal_count, distance_count);
    inflate_block(s, &code, &distances);
}

bool inflate_zlib(const uint8_t *from, size_t from_bytes, uint8_t *to, size_t to_bytes)
{
    static void (*const blocks[])(struct stream *) = { copy_stored, inflate_fixed, inflate_dynamic };
    enum { HEADER = 2, DEFLATE = 8, PRESET = 1 << 5 };
    struct stream s = { .from = from, .at = HEADER, .end = from_bytes, .to = to, .room = to_bytes };
    bool last = false;

    if (from_bytes < HEADER || (from[0] & 15) != DEFLATE || (from[1] & PRESET))
        return false;
    while (!last && !s.bad) {
        last = read_bits(&s, 1);

        uint32_t kind = read_bits(&s, 2);

        if (kind > 2)
            return false;
        blocks[kind](&s);
    }
    return !s.bad && s.done == to_bytes;
}
