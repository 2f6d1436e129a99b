/* Which of the tasks of a Slurm step this process is: `srun -n 4` starts four of them. */
#ifndef HOST_TASK_H
#define HOST_TASK_H

struct task {
    int number; /* from 0 */
    int count;  /* 1 outside Slurm */
};

struct task task_read(void);

#endif
