#include "fetch/checksum.h"

#include <string.h>

#include "base/limits.h"

struct checksum_class {
    const char *name;
    int bytes;
    bool big_endian; /* the order of bytes in a word */
    uint32_t begin[8];
    void (*mix)(uint32_t words[8], const uint32_t in[16]); /* takes one block */
};

static uint32_t rotate_right(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

/* The fractional parts of the cube roots of the first 64 primes. */
static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static void sha256_mix(uint32_t words[8], const uint32_t in[16])
{
    uint32_t w[64], a = words[0], b = words[1], c = words[2], d = words[3];
    uint32_t e = words[4], f = words[5], g = words[6], h = words[7];

    memcpy(w, in, 16 * sizeof *w);
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];

        w[i] = w[i - 16] + (rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3) + w[i - 7] +
               (rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 64; i++) {
        uint32_t first = h + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) + ((e & f) ^ (~e & g)) +
                         sha256_constants[i] + w[i];
        uint32_t second = (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) +
                          ((a & b) ^ (a & c) ^ (b & c));

        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    words[0] += a, words[1] += b, words[2] += c, words[3] += d;
    words[4] += e, words[5] += f, words[6] += g, words[7] += h;
}

/* The sines of 1 to 64, times 2^32. */
static const uint32_t md5_constants[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void md5_mix(uint32_t words[8], const uint32_t in[16])
{
    static const int turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
    static const int step[4] = { 1, 5, 3, 7 }, start[4] = { 0, 1, 5, 0 };
    uint32_t a = words[0], b = words[1], c = words[2], d = words[3];

    for (int i = 0; i < 64; i++) {
        const int round = i / 16;
        const uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                               : round == 1 ? (d & b) | (~d & c)
                               : round == 2 ? b ^ c ^ d
                                            : c ^ (b | ~d);
        uint32_t sum = a + mixed + md5_constants[i] + in[(start[round] + step[round] * i) % 16];

        a = d, d = c, c = b;
        b += rotate_right(sum, 32 - turns[round][i % 4]);
    }
    words[0] += a, words[1] += b, words[2] += c, words[3] += d;
}

static const struct checksum_class classes[] = {
    { "sha256", 32, true,
      { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
      sha256_mix },
    { "md5", 16, false, { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }, md5_mix },
};

static int byte_shift(const struct checksum_class *class, size_t i)
{
    return class->big_endian ? 24 - 8 * (int)(i % 4) : 8 * (int)(i % 4);
}

static void take_block(struct checksum_state *s, const uint8_t *bytes)
{
    uint32_t in[CHECKSUM_BLOCK / 4] = { 0 };

    for (size_t i = 0; i < CHECKSUM_BLOCK; i++)
        in[i / 4] |= (uint32_t)bytes[i] << byte_shift(s->class, i);
    s->class->mix(s->words, in);
}

void checksum_begin(struct checksum_state *s, const struct checksum *like)
{
    *s = (struct checksum_state){ .class = like->class };
    memcpy(s->words, like->class->begin, sizeof s->words);
}

void checksum_add(struct checksum_state *s, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;

    while (size > 0) {
        size_t held = s->count % CHECKSUM_BLOCK, n = size_min(size, CHECKSUM_BLOCK - held);

        if (n == CHECKSUM_BLOCK) {
            take_block(s, from);
        } else {
            memcpy(s->block + held, from, n);
            if (held + n == CHECKSUM_BLOCK)
                take_block(s, s->block);
        }
        s->count += n;
        from += n;
        size -= n;
    }
}

/* A one, zeros, and the number of bits. */
static void pad(struct checksum_state *s)
{
    static const uint8_t padding[CHECKSUM_BLOCK] = { 0x80 };
    const uint64_t bits = 8 * s->count;
    const size_t held = s->count % CHECKSUM_BLOCK;
    uint8_t length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (s->class->big_endian ? 56 - 8 * i : 8 * i));
    checksum_add(s, padding, (held < 56 ? 56 : 120) - held);
    checksum_add(s, length, sizeof length);
}

void checksum_end(struct checksum_state *s, struct checksum *out)
{
    pad(s);
    *out = (struct checksum){ .class = s->class };
    for (size_t i = 0; i < (size_t)s->class->bytes; i++)
        out->bytes[i] = (uint8_t)(s->words[i / 4] >> byte_shift(s->class, i));
}

bool checksum_same(const struct checksum *a, const struct checksum *b)
{
    return a->class == b->class && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_digits(struct checksum *out, const char *text)
{
    for (int i = 0; i < out->class->bytes; i++, text += 2) {
        int high = digit(text[0]), low = high < 0 ? -1 : digit(text[1]);

        if (low < 0)
            return false;
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return *text == '\0';
}

bool checksum_parse(struct checksum *out, const char *text)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        const size_t length = strlen(classes[i].name);

        if (strncmp(text, classes[i].name, length) != 0 || text[length] != ':')
            continue;
        *out = (struct checksum){ .class = &classes[i] };
        return parse_digits(out, text + length + 1);
    }
    return false;
}
