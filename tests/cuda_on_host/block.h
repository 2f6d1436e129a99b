/* The threads of one block at a time: which one runs, and which ones wait for each other. */
#ifndef CUDA_ON_HOST_BLOCK_H
#define CUDA_ON_HOST_BLOCK_H

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cuda_runtime.h"
#include "tests/cuda_on_host/fiber.h"

namespace on_host
{
enum class standing { unborn, ready, at_block, at_warp, done };

struct cuda_thread {
    uint3 index;
    standing state;
    fiber *runs_on; /* from its first meeting on */
    place where;    /* of the meeting, and its kind */
    meeting kind;
    unsigned mask;
    int from;
    uint64_t given, taken;
};

/* Threads begin on one fiber, one after the other. A thread that has to wait keeps its fiber, and the next one begins
 * on another: a kernel without meetings needs one fiber and no switches. Between meetings warps and their lanes run in
 * any order. */
class block
{
  public:
    static constexpr unsigned LANES = 32;

    void shape(dim3 size); /* of the blocks to come */
    /* Calls `code` for every thread. False, and why in `wrong`, when threads wait for something that never happens. */
    bool run(const std::function<void()> &code, std::string &wrong);

    /* From a thread. */
    void meet_block(place where);
    uint64_t meet_warp(meeting kind, unsigned mask, uint64_t value, int from, place where);
    int lane() const;

  private:
    static void fiber_body();
    void run_fiber();
    void turn(fiber *f);
    void wait(standing state, place where);
    void begin(unsigned i);
    bool run_warp(unsigned first);
    bool meet_lanes(unsigned first, unsigned count);
    bool arrived(unsigned first, unsigned count, const cuda_thread &one) const;
    bool exchange(unsigned first, unsigned count, unsigned mask);
    bool meet_threads(bool &finished);
    bool fail(const char *format, ...) __attribute__((format(printf, 2, 3)));

    std::vector<cuda_thread> threads;
    std::vector<unsigned> warps; /* their first threads, in this round's order */
    std::vector<std::unique_ptr<fiber>> fibers;
    std::vector<fiber *> idle;
    fiber *running = nullptr;
    unsigned current = 0;              /* thread */
    std::vector<unsigned> to_begin;    /* threads of the warp, last first */
    const std::function<void()> *code = nullptr;
    std::string complaint;
};
}

#endif
