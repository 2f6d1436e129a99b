/* A library with nothing in it: it stands for the NVIDIA driver, which cuvette only asks whether it is there, and for a
 * plug-in of something else. */
extern const int empty;
const int empty = 0;
