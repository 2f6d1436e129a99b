/* The version of cuvette: what --version prints, and what a run notes in its summary and its model file. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define CUVETTE_VERSION "0.1.0"

#endif
