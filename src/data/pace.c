#include "data/pace.h"

/* Batches of a turn; the first one has something of the turn before and does not count. The two ways take turns, and
 * what is found holds as long as many turns. */
enum { BATCHES = 6, TURNS = 4, HOLDS = 40 * BATCHES };

static void begin_turn(struct pace *p, int turn, bool yields)
{
    p->turn = turn;
    p->batches = 0;
    p->yields = yields;
}

static void begin_trial(struct pace *p)
{
    p->seconds[0] = p->seconds[1] = 0;
    begin_turn(p, 0, false);
}

void pace_note(struct pace *p, double seconds)
{
    p->batches++;
    if (p->turn == TURNS) {
        if (p->batches == HOLDS)
            begin_trial(p);
        return;
    }
    if (p->batches > 1)
        p->seconds[p->yields] += seconds;
    if (p->batches < BATCHES)
        return;
    if (p->turn + 1 < TURNS)
        begin_turn(p, p->turn + 1, !p->yields);
    else
        begin_turn(p, TURNS, p->seconds[true] < p->seconds[false]);
}
