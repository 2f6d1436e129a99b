/* CUDA's small vectors, aligned as CUDA aligns them: a load through a pointer that is not is caught by UBSan. */
#ifndef CUDA_ON_HOST_VECTORS_H
#define CUDA_ON_HOST_VECTORS_H

#define CUDA_VECTOR2(name, type) \
    struct alignas(2 * sizeof(type)) name##2 { \
        type x, y; \
    }; \
    static inline name##2 make_##name##2(type x, type y) \
    { \
        return { x, y }; \
    }

#define CUDA_VECTOR4(name, type) \
    struct alignas(4 * sizeof(type)) name##4 { \
        type x, y, z, w; \
    }; \
    static inline name##4 make_##name##4(type x, type y, type z, type w) \
    { \
        return { x, y, z, w }; \
    }

CUDA_VECTOR2(float, float)
CUDA_VECTOR4(float, float)
CUDA_VECTOR2(double, double)
CUDA_VECTOR2(int, int)
CUDA_VECTOR4(int, int)
CUDA_VECTOR2(uint, unsigned)
CUDA_VECTOR4(uint, unsigned)
CUDA_VECTOR2(ushort, unsigned short)
CUDA_VECTOR4(ushort, unsigned short)
CUDA_VECTOR2(uchar, unsigned char)
CUDA_VECTOR4(uchar, unsigned char)

#undef CUDA_VECTOR2
#undef CUDA_VECTOR4

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;

    constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_)
    {
    }
};

#endif
