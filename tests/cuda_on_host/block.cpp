#include "tests/cuda_on_host/block.h"

#include <cstdarg>
#include <cstdio>

#include "tests/cuda_on_host/chance.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace on_host
{
namespace
{
block *active; /* whose fibers run */

const char *const meetings[] = { "__syncwarp", "a shuffle", "a ballot" };

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
}

void block::shape(dim3 size)
{
    unsigned count = size.x * size.y * size.z;

    threads.assign(count, cuda_thread());
    for (unsigned i = 0; i < count; i++)
        threads[i].index = { i % size.x, i / size.x % size.y, i / (size.x * size.y) };
    warps.clear();
    for (unsigned first = 0; first < count; first += LANES)
        warps.push_back(first);
}

bool block::run(const std::function<void()> &code_, std::string &wrong)
{
    bool finished = false, ok = true;

    active = this;
    code = &code_;
    for (cuda_thread &t : threads)
        t.state = standing::unborn;
    while (ok && !finished) {
        dice.shuffle(warps.data(), (uint32_t)warps.size());
        for (size_t i = 0; ok && i < warps.size(); i++)
            ok = run_warp(warps[i]);
        ok = ok && meet_threads(finished);
    }
    if (!ok) {
        wrong = complaint;
        idle.clear();
        fibers.clear(); /* their threads never go on */
    }
    return ok;
}

bool block::fail(const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    complaint = text;
    return false;
}

/* --- threads on fibers --- */

void block::fiber_body()
{
    active->run_fiber();
}

void block::run_fiber()
{
    for (;;) {
        while (!to_begin.empty()) {
            unsigned i = to_begin.back();

            to_begin.pop_back();
            current = i;
            threadIdx = threads[i].index;
            (*code)();
            threads[current].state = standing::done;
        }
        running->yield();
    }
}

/* Runs a fiber until the thread on it waits, or no thread is left. */
void block::turn(fiber *f)
{
    running = f;
    f->resume();
    if (threads[current].state == standing::done)
        idle.push_back(f);
    else
        threads[current].runs_on = f;
}

void block::wait(standing state, place where)
{
    unsigned self = current;

    threads[self].state = state;
    threads[self].where = where;
    running->yield();
}

void block::meet_block(place where)
{
    wait(standing::at_block, where);
}

uint64_t block::meet_warp(meeting kind, unsigned mask, uint64_t value, int from, place where)
{
    cuda_thread &self = threads[current];

    self.kind = kind;
    self.mask = mask;
    self.given = value;
    self.from = from;
    wait(standing::at_warp, where);
    return self.taken;
}

int block::lane() const
{
    return (int)(current % LANES);
}

/* --- one warp, until each of its threads has ended or waits for the block --- */

bool block::run_warp(unsigned first)
{
    unsigned left = (unsigned)threads.size() - first, count = left < LANES ? left : LANES;
    unsigned shift = dice.below(count), step = dice.below(2) ? 1 : count - 1;
    bool more = true;

    while (more) {
        unsigned waiting = 0;

        for (unsigned k = 0; k < count; k++) {
            unsigned i = first + (shift + k * step) % count;

            if (threads[i].state == standing::unborn)
                to_begin.push_back(i);
            else if (threads[i].state == standing::ready) {
                current = i;
                threadIdx = threads[i].index;
                turn(threads[i].runs_on);
            }
        }
        while (!to_begin.empty()) {
            if (idle.empty()) {
                fibers.push_back(std::make_unique<fiber>(fiber_body));
                idle.push_back(fibers.back().get());
            }
            fiber *f = idle.back();

            idle.pop_back();
            turn(f);
        }
        for (unsigned i = first; i < first + count; i++)
            waiting += threads[i].state == standing::at_warp;
        more = waiting > 0;
        if (more && !meet_lanes(first, count))
            return false;
    }
    return true;
}

/* Lets those lanes go on that wait for each other and are complete. */
bool block::meet_lanes(unsigned first, unsigned count)
{
    bool any = false;
    const cuda_thread *waits = nullptr;

    for (unsigned i = first; i < first + count; i++) {
        if (threads[i].state != standing::at_warp)
            continue;
        waits = &threads[i];
        if (!(waits->mask >> (i - first) & 1))
            return fail("%s at %s:%d: lane %u is not in its own mask %08x", meetings[(int)waits->kind],
                        base_name(waits->where.file), waits->where.line, i - first, waits->mask);
        if (!arrived(first, count, *waits))
            continue;
        if (!exchange(first, count, waits->mask))
            return false;
        any = true;
    }
    return any || fail("%s at %s:%d with mask %08x waits for lanes that never come", meetings[(int)waits->kind],
                       base_name(waits->where.file), waits->where.line, waits->mask);
}

/* Threads that have ended, or never were, are not waited for. */
bool block::arrived(unsigned first, unsigned count, const cuda_thread &one) const
{
    for (unsigned lane = 0; lane < count; lane++) {
        const cuda_thread &t = threads[first + lane];

        if (!(one.mask >> lane & 1) || t.state == standing::done)
            continue;
        if (t.state != standing::at_warp || t.kind != one.kind || t.mask != one.mask)
            return false;
    }
    return true;
}

bool block::exchange(unsigned first, unsigned count, unsigned mask)
{
    uint64_t votes = 0;

    for (unsigned lane = 0; lane < count; lane++)
        if ((mask >> lane & 1) && threads[first + lane].state == standing::at_warp)
            votes |= (threads[first + lane].given & 1) << lane;
    for (unsigned lane = 0; lane < count; lane++) {
        cuda_thread &t = threads[first + lane];

        if (!(mask >> lane & 1) || t.state == standing::done)
            continue;
        if (t.kind != meeting::shuffle) {
            t.taken = votes;
            continue;
        }
        unsigned from = (unsigned)t.from % LANES;

        if (!(mask >> from & 1) || from >= count || threads[first + from].state == standing::done)
            return fail("a shuffle at %s:%d: lane %u takes from lane %u, which gives nothing", base_name(t.where.file),
                        t.where.line, lane, from);
        t.taken = threads[first + from].given;
    }
    for (unsigned lane = 0; lane < count; lane++)
        if ((mask >> lane & 1) && threads[first + lane].state == standing::at_warp)
            threads[first + lane].state = standing::ready;
    return true;
}

/* --- the whole block, when each thread has ended or waits --- */

bool block::meet_threads(bool &finished)
{
    const cuda_thread *waits = nullptr;
    unsigned here = 0;

    for (const cuda_thread &t : threads)
        if (t.state == standing::at_block && !waits)
            waits = &t;
    finished = !waits;
    if (finished)
        return true;
    for (cuda_thread &t : threads)
        here += t.state == standing::at_block && t.where.line == waits->where.line &&
                !strcmp(t.where.file, waits->where.file);
    if (here != threads.size())
        return fail("__syncthreads at %s:%d is reached by %u of %zu threads", base_name(waits->where.file),
                    waits->where.line, here, threads.size());
    for (cuda_thread &t : threads)
        t.state = standing::ready;
    return true;
}

/* --- what kernels call --- */

void meet_block(place where)
{
    active->meet_block(where);
}

uint64_t meet_warp(meeting kind, unsigned mask, uint64_t value, int from, place where)
{
    return active->meet_warp(kind, mask, value, from, where);
}

int lane()
{
    return active->lane();
}
}
