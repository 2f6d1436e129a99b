#include "data/sources/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The dictionary of a plain array is some 100 bytes long; it may be padded. */
enum { MAGIC_SIZE = 6, HEADER_MOST = 4096 };

static bool bad(const char *name, const char *what, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s is no array that can be read: %s", name, what);
}

/* The length of the dictionary: two bytes in version 1, four in 2 and 3. */
static bool read_length(FILE *in, size_t *length)
{
    unsigned char start[MAGIC_SIZE + 2], bytes[4] = { 0 };

    if (fread(start, 1, sizeof start, in) != sizeof start || memcmp(start, "\x93NUMPY", MAGIC_SIZE) != 0)
        return false;
    size_t count = start[MAGIC_SIZE] == 1 ? 2 : 4;

    if (start[MAGIC_SIZE] < 1 || start[MAGIC_SIZE] > 3 || fread(bytes, 1, count, in) != count)
        return false;
    *length = (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
    return true;
}

/* What follows 'key': in the dictionary; NULL: it is not there. */
static const char *value_of(const char *dictionary, const char *key)
{
    const char *at = strstr(dictionary, key);

    if (!at)
        return NULL;
    at += strlen(key);
    while (*at == '\'' || *at == '"' || *at == ':' || *at == ' ')
        at++;
    return at;
}

/* "<i8", "|u1" */
static bool parse_type(const char *text, struct npy *out)
{
    if (!strchr("<>|=", text[0]) || !text[0] || !text[1])
        return false;
    out->swapped = text[0] == '>';
    out->kind = text[1];
    out->bytes = atoi(text + 2);
    return out->bytes >= 1 && out->bytes <= 8;
}

/* "(60000, 28, 28)", "(10,)", "()" */
static bool parse_shape(const char *text, struct npy *out)
{
    if (*text++ != '(')
        return false;
    for (out->rank = 0;;) {
        char *end;

        text += strspn(text, ", ");
        if (*text == ')')
            return true;
        out->size[out->rank < NPY_RANK_MAX ? out->rank : 0] = strtoull(text, &end, 10);
        if (end == text || ++out->rank > NPY_RANK_MAX)
            return false;
        text = end;
    }
}

static bool parse(const char *dictionary, const char *name, struct npy *out, struct error *e)
{
    const char *type = value_of(dictionary, "'descr'"), *order = value_of(dictionary, "'fortran_order'"),
               *shape = value_of(dictionary, "'shape'");

    if (!type || !order || !shape)
        return bad(name, "its header does not say type, order and shape", e);
    if (!parse_type(type, out))
        return bad(name, "its elements are no plain numbers", e);
    if (strncmp(order, "False", strlen("False")) != 0)
        return bad(name, "its first index runs fastest (Fortran order); please save it with numpy.ascontiguousarray()",
                   e);
    return parse_shape(shape, out) || bad(name, "it has more than 4 axes", e);
}

bool npy_read_header(FILE *in, const char *name, struct npy *out, struct error *e)
{
    char dictionary[HEADER_MOST + 1];
    size_t length;

    *out = (struct npy){ 0 };
    if (!read_length(in, &length))
        return bad(name, ferror(in) ? "it is damaged" : "it does not begin as NumPy's arrays do", e);
    if (length > HEADER_MOST)
        return bad(name, "its header is too long for an array of numbers", e);
    if (fread(dictionary, 1, length, in) != length)
        return bad(name, "it is cut short", e);
    dictionary[length] = '\0';
    return parse(dictionary, name, out, e);
}

static uint64_t unsigned_number(const uint8_t *bytes, const struct npy *array)
{
    uint64_t value = 0;

    for (int i = 0; i < array->bytes; i++)
        value = value << 8 | bytes[array->swapped ? i : array->bytes - 1 - i];
    return value;
}

static int64_t integer(const uint8_t *bytes, const struct npy *array)
{
    uint64_t value = unsigned_number(bytes, array);
    int bits = 8 * array->bytes;

    if (array->kind == 'i' && bits < 64 && value >> (bits - 1))
        value |= ~(uint64_t)0 << bits;
    return (int64_t)value;
}

bool npy_read_integers(FILE *in, const struct npy *array, size_t count, int64_t *to)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < count; i++) {
        if (fread(bytes, 1, (size_t)array->bytes, in) != (size_t)array->bytes)
            return false;
        to[i] = integer(bytes, array);
    }
    return true;
}

/* IEEE 754's half: 5 bits of exponent, 10 of mantissa. */
static float half(uint64_t bits)
{
    const int exponent = (int)(bits >> 10 & 31);
    const float mantissa = (float)(bits & 1023);
    float size = exponent == 31  ? (mantissa > 0 ? NAN : INFINITY)
                 : exponent == 0 ? ldexpf(mantissa, -24)
                                 : ldexpf(mantissa + 1024, exponent - 25);

    return bits >> 15 ? -size : size;
}

void npy_floats(const struct npy *array, const uint8_t *from, size_t count, float *to)
{
    for (size_t i = 0; i < count; i++, from += array->bytes) {
        const uint64_t bits = unsigned_number(from, array);
        const uint32_t low = (uint32_t)bits;
        double wide;

        if (array->bytes == 4)
            memcpy(&to[i], &low, sizeof low);
        else if (array->bytes == 2)
            to[i] = half(bits);
        else {
            memcpy(&wide, &bits, sizeof wide);
            to[i] = (float)wide;
        }
    }
}

const char *npy_format(const struct npy *array, char *to, size_t size)
{
    static const struct {
        char kind;
        const char *name;
    } kinds[] = { { 'u', "uint" }, { 'i', "int" }, { 'f', "float" }, { 'b', "bool" }, { 'c', "complex" } };
    const char *name = "other";

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == array->kind)
            name = kinds[i].name;
    snprintf(to, size, "%s%d (", name, 8 * array->bytes);
    for (int i = 0; i < array->rank; i++)
        text_append(to, size, "%s%llu", i ? ", " : "", (unsigned long long)array->size[i]);
    text_append(to, size, ")");
    return to;
}
