#include "batch/batch_script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shell_word.h"
#include "base/text.h"
#include "host/job_request.h"

/* What differs between jobs and tasks in a run's path, behind what they share. */
enum { NUMBER_SIZE = 16 };

static const struct {
    char letter; /* behind a '%', in the names of files that Slurm makes */
    const char *variable;
} marks[] = {
    { 'j', "$SLURM_JOB_ID" },
    { 'A', "$SLURM_ARRAY_JOB_ID" },
    { 'a', "$SLURM_ARRAY_TASK_ID" },
};

static const char *end_of_path(const struct batch_script *s)
{
    if (s->job->run[0] != '\0')
        return s->n_tasks > 1 ? "/%a" : "";
    return s->n_tasks > 1 ? "-%A-%a" : "-%j";
}

void batch_script_plain(char *name)
{
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("._-", *name))
            *name = '-';
}

/* What the paths of all tasks begin with. */
static bool beginning_of_path(const struct batch_script *s, char out[PATH_SIZE], struct error *e)
{
    char name[sizeof s->job->name], runs[PATH_SIZE], typed[PATH_SIZE];

    if (s->job->run[0] == '\0') {
        text_copy(name, sizeof name, s->job->name);
        batch_script_plain(name);
        return path_runs(runs, e) && (runs[0] == '/' ? path_join(out, runs, name, e)
                                                     : path_join(typed, s->folder, runs, e) &&
                                                           path_join(out, typed, name, e));
    }
    if (!path_typed(typed, s->job->run, e))
        return false;
    for (size_t end = strlen(typed); end > 1 && typed[end - 1] == '/'; end--)
        typed[end - 1] = '\0';
    return typed[0] == '/' ? text_copy(out, PATH_SIZE, typed) : path_join(out, s->folder, typed, e);
}

/* The end of a path with texts in place of its marks. */
static void fill_marks(const char *end, const char *number, int task, char *out, size_t size)
{
    out[0] = '\0';
    for (; *end; end++)
        if (*end != '%')
            text_append(out, size, "%c", *end);
        else if (*++end == 'a')
            text_append(out, size, "%d", task);
        else
            text_append(out, size, "%s", number);
}

bool batch_script_run(const struct batch_script *s, const char *job_number, int task, char out[PATH_SIZE],
                      struct error *e)
{
    char end[2 * NUMBER_SIZE + 4];

    fill_marks(end_of_path(s), job_number, task, end, sizeof end);
    return beginning_of_path(s, out, e) &&
           (text_append(out, PATH_SIZE, "%s", end) || error_set(e, ERROR_INPUT, "the path %.60s… is too long", out));
}

bool batch_script_log(const struct batch_script *s, const char *job_number, int task, char out[PATH_SIZE],
                      struct error *e)
{
    return batch_script_run(s, job_number, task, out, e) &&
           (text_append(out, PATH_SIZE, ".log") || error_set(e, ERROR_INPUT, "the path %.60s… is too long", out));
}

bool batch_script_prepare(const struct batch_script *s, struct error *e)
{
    char folder[PATH_SIZE];

    if (!batch_script_log(s, "0", 1, folder, e))
        return false;
    *strrchr(folder, '/') = '\0';
    return folder[0] == '\0' || path_make_folders(folder, e);
}

/* A value as Slurm's lines take it: it knows backslashes and quotes, and '#' begins a comment. */
static void write_value(FILE *out, const char *value)
{
    if (shell_word_is_plain(value)) {
        fputs(value, out);
        return;
    }
    fputc('"', out);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            fputc('\\', out);
        fputc(*value, out);
    }
    fputc('"', out);
}

/* A line of Slurm's has an end. */
static bool is_one_line(const char *path, struct error *e)
{
    for (const char *c = path; *c; c++)
        if (iscntrl((unsigned char)*c))
            return error_set(e, ERROR_INPUT, "Slurm cannot take the path '%.200s': there is a line break or another "
                                             "control character in it", path);
    return true;
}

static void write_option(FILE *out, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    fprintf(out, "#SBATCH --%s=", name);
    write_value(out, value);
    fputc('\n', out);
}

/* The job's output; '%' has a meaning there, and a backslash takes all meaning away. */
static bool write_output(FILE *out, const char *beginning, const char *end, struct error *e)
{
    char pattern[2 * PATH_SIZE];
    size_t used = 0;

    if (strchr(beginning, '\\'))
        return error_set(e, ERROR_INPUT, "Slurm cannot write a job's output below '%.200s': there is a backslash in it",
                         beginning);
    for (const char *c = beginning; *c; c++) {
        if (*c == '%')
            pattern[used++] = '%';
        pattern[used++] = *c;
    }
    pattern[used] = '\0';
    text_append(pattern, sizeof pattern, "%s.log", end);
    write_option(out, "output", pattern);
    fputs("#SBATCH --open-mode=append\n", out);
    return true;
}

/* A job of minutes is told late enough to have done something. */
static int warning_seconds(const struct batch_job *job)
{
    enum { MOST = 120, PART = 4 };
    double seconds;

    return batch_job_seconds(job->time, &seconds) && seconds / PART < MOST ? (int)(seconds / PART) : MOST;
}

static bool write_request(FILE *out, const struct batch_script *s, const char *beginning, struct error *e)
{
    const struct batch_job *job = s->job;
    char number[NUMBER_SIZE], memory[32], gres[sizeof job->gpus + 8];

    write_option(out, "job-name", job->name);
    write_option(out, "chdir", s->folder);
    if (!write_output(out, beginning, end_of_path(s), e))
        return false;
    if (s->n_tasks > 1)
        fprintf(out, "#SBATCH --array=1-%d\n", s->n_tasks);
    write_option(out, "time", job->time);
    if (batch_job_ranks(job) > 1)
        fprintf(out, "#SBATCH --nodes=%d\n#SBATCH --ntasks-per-node=%d\n", job->nodes, batch_job_tasks(job));
    snprintf(number, sizeof number, "%d", job->cpus);
    write_option(out, "cpus-per-task", number);
    job_request_memory(memory, sizeof memory, job->mem);
    write_option(out, "mem", job->mem > 0 ? memory : "");
    snprintf(gres, sizeof gres, "gpu:%s", job->gpus);
    write_option(out, "gres", batch_job_has_gpus(job) ? gres : "");
    write_option(out, "partition", job->partition);
    write_option(out, "account", job->account);
    write_option(out, "qos", job->qos);
    fputs("#SBATCH --requeue\n", out);
    /* B: is for the batch shell, whose place one process takes; a step of several hears of it itself. */
    fprintf(out, "#SBATCH --signal=%sTERM@%d  # seconds before its end it saves and stops\n",
            batch_job_ranks(job) > 1 ? "" : "B:", warning_seconds(job));
    return true;
}

/* Sites that start jobs with an empty environment would lose them. */
static void write_environment(FILE *out)
{
    static const char *const names[] = { "CUVETTE_HOME", "CUVETTE_DATA", "CUVETTE_RUNS" };
    bool any = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (!value || value[0] == '\0')
            continue;
        fprintf(out, "%sexport %s=", any ? "" : "\n", names[i]);
        shell_word_write(out, value);
        fputc('\n', out);
        any = true;
    }
    fputc('\n', out);
}

static void write_words(FILE *out, const struct batch_task *task)
{
    shell_word_write(out, task->recipe);
    for (const char *const *word = task->words; word && *word; word++) {
        fputc(' ', out);
        shell_word_write(out, *word);
    }
}

static void write_tasks(FILE *out, const struct batch_script *s)
{
    if (s->n_tasks == 1)
        return;
    fputs("# What each task of the array trains.\ncase $SLURM_ARRAY_TASK_ID in\n", out);
    for (int i = 0; i < s->n_tasks; i++) {
        fprintf(out, "%d) set -- ", i + 1);
        write_words(out, &s->tasks[i]);
        fputs(" ;;\n", out);
    }
    fputs("esac\n\n", out);
}

static const char *variable_of(char letter)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].letter == letter)
            return marks[i].variable;
    return "";
}

static void write_run(FILE *out, const char *beginning, const char *end)
{
    shell_word_write(out, beginning);
    for (; *end; end++)
        if (*end == '%')
            fputs(variable_of(*++end), out);
        else
            fputc(*end, out);
}

/* Of several ranks. Since Slurm 22.05 srun does not take over the cores that the job asked for. A rank that is lost is
 * not to take the others with it: they write a checkpoint. */
static void write_launcher(FILE *out, const struct batch_job *job)
{
    fprintf(out,
            "# Slurm tells each rank that the time is nearly over. Started again, the job\n"
            "# goes on with its run.\n"
            "exec srun --mpi=%s --cpus-per-task=%d --cpu-bind=cores --kill-on-bad-exit=0%s \\\n    ",
            batch_mpi_names[job->mpi], job->cpus, batch_job_has_gpus(job) ? " --gpus-per-task=1" : "");
}

static void write_command(FILE *out, const struct batch_script *s, const char *beginning)
{
    if (batch_job_ranks(s->job) > 1)
        write_launcher(out, s->job);
    else
        fputs("# With exec Slurm's signals reach cuvette and not this shell. Started again,\n"
              "# the job goes on with its run.\n"
              "exec ", out);
    shell_word_write(out, s->program);
    fputs(" train \\\n    ", out);
    if (s->n_tasks == 1)
        write_words(out, &s->tasks[0]);
    else
        fputs("\"$@\"", out);
    fputs(" \\\n    --run ", out);
    write_run(out, beginning, end_of_path(s));
    fprintf(out, " --resume%s\n", s->job->requeue ? " --requeue" : "");
}

static bool write_script(FILE *out, const struct batch_script *s, struct error *e)
{
    char beginning[PATH_SIZE];

    if (!batch_job_check(s->job, e) || !beginning_of_path(s, beginning, e) || !is_one_line(beginning, e) ||
        !is_one_line(s->folder, e))
        return false;
    fputs("#!/bin/bash\n"
          "# Trains with cuvette as a Slurm job: sbatch FILE hands it in.\n",
          out);
    if (!write_request(out, s, beginning, e))
        return false;
    write_environment(out);
    write_tasks(out, s);
    write_command(out, s, beginning);
    return true;
}

char *batch_script_text(const struct batch_script *s, struct error *e)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool written = out && write_script(out, s, e), whole = out && !ferror(out);

    if (out && fclose(out) == 0 && whole && written)
        return text;
    if (!out || written)
        error_set(e, ERROR_MEMORY, "no memory for the job script");
    free(text);
    return NULL;
}
