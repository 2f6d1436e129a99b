#include "tests/support/check.h"

#include "host/ranks.h"

static const char *const all[] = {
    "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID",
    "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_NTASKS",
};

static int clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        unsetenv(all[i]);
    return 0;
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void assert_alone(void)
{
    const struct ranks r = ranks_read();

    assert_int_equal(r.rank, 0);
    assert_int_equal(r.count, 1);
    assert_string_equal(r.launcher, "");
}

static void assert_launched(int rank, int count, const char *launcher, const char *family, bool stays)
{
    const struct ranks r = ranks_read();

    assert_int_equal(r.rank, rank);
    assert_int_equal(r.count, count);
    assert_string_equal(r.launcher, launcher);
    assert_string_equal(r.family, family);
    assert_int_equal(r.stays, stays);
}

static void test_mpirun_of_open_mpi(void **state)
{
    (void)state;
    set("OMPI_COMM_WORLD_RANK", "2");
    set("OMPI_COMM_WORLD_SIZE", "4");
    set("PMIX_RANK", "2");
    set("SLURM_PROCID", "0"); /* of the script that it is in */
    set("SLURM_STEP_NUM_TASKS", "1");
    assert_launched(2, 4, "mpirun of Open MPI", "openmpi", false);
}

static void test_mpirun_of_mpich(void **state)
{
    (void)state;
    set("PMI_RANK", "1");
    set("PMI_SIZE", "3");
    set("MPI_LOCALRANKID", "1");
    assert_launched(1, 3, "mpirun of MPICH", "mpich", false);
}

static void test_srun(void **state)
{
    (void)state;
    set("SLURM_PROCID", "7");
    set("SLURM_STEP_NUM_TASKS", "8");
    assert_alone(); /* without MPI: tasks that know nothing of each other */
    set("PMIX_RANK", "7");
    assert_launched(7, 8, "srun --mpi=pmix", "openmpi", true);
    unsetenv("PMIX_RANK");
    set("PMI_RANK", "7");
    set("PMI_SIZE", "8");
    assert_launched(7, 8, "srun --mpi=pmi2", "mpich", true);
}

static void test_one_process_and_nonsense_are_no_ranks(void **state)
{
    (void)state;
    assert_alone();
    set("OMPI_COMM_WORLD_RANK", "0");
    set("OMPI_COMM_WORLD_SIZE", "1");
    assert_alone();
    set("OMPI_COMM_WORLD_RANK", "4");
    set("OMPI_COMM_WORLD_SIZE", "4");
    assert_alone();
    set("OMPI_COMM_WORLD_SIZE", "many");
    assert_alone();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_mpirun_of_open_mpi, clean),
        cmocka_unit_test_setup(test_mpirun_of_mpich, clean),
        cmocka_unit_test_setup(test_srun, clean),
        cmocka_unit_test_setup(test_one_process_and_nonsense_are_no_ranks, clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
