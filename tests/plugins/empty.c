/* A library with nothing in it. It stands in for the NVIDIA driver, where cuvette only looks whether it exists, and for
 * a plug-in of something else. */
extern const int empty;
const int empty = 0;
