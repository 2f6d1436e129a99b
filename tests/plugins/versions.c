/* A driver of CUDA 12.2 and a cuBLAS of CUDA 13.1, by the name that it is linked to. */
#include <stddef.h>

int cuDriverGetVersion(int *version);
size_t cublasLtGetVersion(void);

int cuDriverGetVersion(int *version)
{
    *version = 12020;
    return 0;
}

size_t cublasLtGetVersion(void)
{
    return 130100;
}
