/* Built under the name of a CUDA library that no machine has. */
extern const int absent;
const int absent = 0;
