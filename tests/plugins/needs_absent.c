/* A plug-in that cannot be loaded, as its CUDA library is missing. */
extern const int absent;
extern const int *const cuvette_cuda_backend;
const int *const cuvette_cuda_backend = &absent;
