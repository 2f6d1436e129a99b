/* A plug-in that cannot be loaded, since its CUDA library is not there. */
extern const int absent;
extern const int *const cuvette_cuda_backend;
const int *const cuvette_cuda_backend = &absent;
