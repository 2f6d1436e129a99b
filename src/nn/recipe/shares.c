#include "nn/recipe/shares.h"

#include <string.h>

#include "base/text.h"
#include "nn/plan/communicator.h"

enum { SHARE_MOST = 65536 };

static const char *const words[] = {
#define WORD(kind, word) word,
    SHARES(WORD)
#undef WORD
};

/* The whole number that *text begins with, 1..most, which is moved behind it; 0: it is none. */
static uint32_t take_number(const char **text, uint32_t most)
{
    uint32_t number = 0;

    for (; **text >= '0' && **text <= '9'; (*text)++)
        number = number <= most ? 10 * number + (uint32_t)(**text - '0') : number;
    return number <= most ? number : 0;
}

/* "40" or "3x40", and the comma behind it. False at the end, and where it is neither. */
static bool take_entry(const char **text, uint32_t *times, uint32_t *share)
{
    *times = 1;
    *share = take_number(text, SHARE_MOST);
    if (**text == 'x') {
        (*text)++;
        *times = *share;
        *share = take_number(text, SHARE_MOST);
    }
    if (**text == ',' && (*text)[1] != '\0')
        (*text)++;
    else if (**text != '\0')
        return false;
    return *times > 0 && *share > 0;
}

/* -1: it is no list. */
static int count_entries(const char *text)
{
    uint32_t times, share;
    int count = 0;

    while (*text) {
        if (!take_entry(&text, &times, &share) || times > (uint32_t)(RANKS_MAX - count))
            return -1;
        count += (int)times;
    }
    return count > 0 ? count : -1;
}

enum shares_kind shares_kind(const char *text)
{
    for (int kind = 0; kind < SHARES_LISTED; kind++)
        if (strcmp(text, words[kind]) == 0)
            return (enum shares_kind)kind;
    return SHARES_LISTED;
}

bool shares_check(const char *text, struct error *e)
{
    return shares_kind(text) != SHARES_LISTED || count_entries(text) > 0 ||
           error_set(e, ERROR_INPUT, "shares = %.60s: takes auto, equal, measured, or a share for each device, from 1 "
                     "to %d, as 40,24 or 3x40,24", text, SHARE_MOST);
}

int shares_count(const char *text)
{
    const int count = shares_kind(text) == SHARES_LISTED ? count_entries(text) : 0;

    return count > 0 ? count : 0;
}

bool shares_fit(const char *text, int ranks, struct error *e)
{
    const int count = shares_count(text);

    return count == 0 || count == ranks ||
           error_set(e, ERROR_INPUT, "training.shares = %.60s is for %d that train together, and there %s %d: give as "
                     "many shares, or auto", text, count, ranks == 1 ? "is" : "are", ranks);
}

static struct batch_share share_in(const char *text, int rank)
{
    struct batch_share s = { .all = 0 };
    uint32_t times, share;

    for (int at = 0; *text && take_entry(&text, &times, &share); at += (int)times) {
        const uint32_t behind = rank > at ? (uint32_t)(rank - at) : 0;

        s.before += (behind < times ? behind : times) * share;
        if (rank >= at && behind < times)
            s.own = share;
        s.all += times * share;
    }
    return s;
}

struct batch_share shares_of(const char *text, int rank, int ranks)
{
    return shares_count(text) == ranks ? share_in(text, rank) : share_equal(rank, ranks);
}

struct batch_share shares_largest(const char *text, int ranks)
{
    struct batch_share largest = shares_of(text, 0, ranks);

    for (int rank = 1; rank < ranks && shares_count(text) == ranks; rank++) {
        const struct batch_share s = share_in(text, rank);

        largest = s.own > largest.own ? s : largest;
    }
    return largest;
}

void shares_forget(char *text, size_t size)
{
    if (shares_count(text) > 0)
        text_copy(text, size, words[SHARES_AUTO]);
}

/* Every image goes to the rank that would be done with it first. */
static int quickest(const double *speed, int ranks, const uint32_t *images)
{
    int best = 0;

    for (int r = 1; r < ranks; r++)
        if ((images[r] + 1) * speed[best] < (images[best] + 1) * speed[r])
            best = r;
    return best;
}

static bool are_alike(const double *speed, int ranks)
{
    const double alike = 0.9;
    double least = speed[0], most = speed[0];

    for (int r = 1; r < ranks; r++) {
        least = speed[r] < least ? speed[r] : least;
        most = speed[r] > most ? speed[r] : most;
    }
    return !(least > 0) || least >= alike * most;
}

void shares_divide(int batch, const double *speed, int ranks, uint32_t *images)
{
    const bool alike = are_alike(speed, ranks);
    int left = batch - ranks;

    for (int r = 0; r < ranks; r++) {
        const struct slice equal = slice_of((uint32_t)batch, share_equal(r, ranks));

        images[r] = alike ? equal.end - equal.begin : 1;
    }
    for (; !alike && left > 0; left--)
        images[quickest(speed, ranks, images)]++;
}

bool shares_write(const uint32_t *images, int ranks, char *to, size_t size)
{
    to[0] = '\0';
    for (int r = 0, times; r < ranks; r += times) {
        char times_words[16] = "";

        for (times = 1; r + times < ranks && images[r + times] == images[r];)
            times++;
        if (times > 1)
            text_append(times_words, sizeof times_words, "%dx", times);
        if (!text_append(to, size, "%s%s%u", r ? "," : "", times_words, images[r]))
            return false;
    }
    return true;
}
