/* A plug-in for MPI that was linked without a library, as a bundle's for MPICH. */
int MPI_Of_the_tests(void);

extern int (*const cuvette_mpi_communicator)(void);
int (*const cuvette_mpi_communicator)(void) = MPI_Of_the_tests;
