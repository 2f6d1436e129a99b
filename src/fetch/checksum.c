#include "fetch/checksum.h"

#include <string.h>

#include <openssl/evp.h>

struct checksum_class {
    const char *name;
    int bytes;
    const EVP_MD *(*method)(void);
};

static const struct checksum_class classes[] = { { "sha256", 32, EVP_sha256 }, { "md5", 16, EVP_md5 } };

bool checksum_begin(struct checksum_state *s, const struct checksum *like, struct error *e)
{
    checksum_drop(s);
    *s = (struct checksum_state){ .class = like->class, .context = EVP_MD_CTX_new() };
    if (s->context && EVP_DigestInit_ex(s->context, like->class->method(), NULL) == 1)
        return true;
    checksum_drop(s);
    return error_set(e, ERROR_RUN, "this system's OpenSSL cannot compute a checksum of kind %s", like->class->name);
}

/* A failure leaves another checksum, which is then a wrong one. */
void checksum_add(struct checksum_state *s, const void *bytes, size_t size)
{
    if (EVP_DigestUpdate(s->context, bytes, size) != 1)
        EVP_MD_CTX_reset(s->context);
}

void checksum_end(struct checksum_state *s, struct checksum *out)
{
    uint8_t found[EVP_MAX_MD_SIZE];

    *out = (struct checksum){ .class = NULL };
    if (EVP_DigestFinal_ex(s->context, found, NULL) == 1) {
        out->class = s->class;
        memcpy(out->bytes, found, (size_t)s->class->bytes);
    }
    checksum_drop(s);
}

void checksum_drop(struct checksum_state *s)
{
    EVP_MD_CTX_free(s->context);
    *s = (struct checksum_state){ .class = NULL };
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
