/* Random choices wherever CUDA leaves something open, the same ones for the same seed. */
#ifndef CUDA_ON_HOST_CHANCE_H
#define CUDA_ON_HOST_CHANCE_H

#include <cstdint>
#include <utility>

namespace on_host
{
/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
class chance
{
  public:
    void seed(uint64_t seed)
    {
        state = seed;
    }

    uint32_t below(uint32_t limit)
    {
        uint64_t x = state += 0x9e3779b97f4a7c15;

        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        return (uint32_t)(((x ^ x >> 31) >> 32) * limit >> 32);
    }

    template <typename T> void shuffle(T *items, uint32_t count)
    {
        for (uint32_t i = count; i > 1; i--)
            std::swap(items[i - 1], items[below(i)]);
    }

  private:
    uint64_t state = 1;
};

extern chance dice;
}

#endif
