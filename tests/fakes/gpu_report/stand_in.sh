#!/bin/sh
# Plays the programs of `make gpu-report`, each under its own name, for tests/system/test_gpu_report.c. In the parts of
# FAILING it fails, and in those of HANGING it never ends, whatever it is asked to, nor do two processes that it starts;
# their numbers are in the file PROCESSES. With FLOODING what hangs prints without end. "all" is every part.
set -u

named() {
    case " $1 " in
    *" all "* | *" ${GPU_REPORT_PART:-none} "*) return 0 ;;
    esac
    return 1
}

hang() {
    trap '' TERM
    sleep 1000 &
    echo $! >>"$PROCESSES"
    setsid sleep 1000 & # beyond the reach of signals to the group; and both hold the pipe open
    echo $! >>"$PROCESSES"
    echo $$ >>"$PROCESSES"
    echo "hangs in ${GPU_REPORT_PART:-none}"
    [ "${FLOODING:-}" ] && exec yes 'a flood'
    while :; do
        wait
    done
}

# make BUILD=FOLDER …: what it builds is this program under other names.
build() {
    for word in "$@"; do
        case $word in
        BUILD=*) folder=${word#BUILD=}/bare ;;
        esac
    done
    mkdir -p "$folder/bench" "$folder/tests/bare"
    for program in bench/ceilings_gpu bench/step_gpu tests/bare/learn_digits tests/bare/sample_ops; do
        ln -sf "$(readlink -f "$0")" "$folder/$program"
    done
}

step() {
    case $1 in
    --device) printf 'A stand-in, sm_90, 80.0 GB\n00000000:17:00.0\n' ;;
    --count) printf 'figure flops 1e9 FLOP\nfigure bytes 1e8 B\n' ;;
    --profile) printf 'figure step 1 ms\nfigure launches 7 launches\n' ;;
    *)
        echo "ready cuvette (a stand-in)"
        while read -r _; do
            echo "1.0 1.5"
        done
        ;;
    esac
}

# Runs the program behind the options.
sanitize() {
    [ "$1" = --help ] && exec echo '  --kernel-name arg'
    while [ ! -x "$1" ]; do
        shift
    done
    exec "$@"
}

named "${HANGING:-}" && hang
if named "${FAILING:-}"; then
    echo "fails in ${GPU_REPORT_PART:-none}" >&2
    exit 1
fi
case ${0##*/} in
make) build "$@" ;;
nvidia-smi) echo "A stand-in, 9.0, 550.54.15, 81559 MiB, 1980 MHz, 700.00 W" ;;
ceilings_gpu) printf 'fact device A stand-in\nfact cudnn 9.1.0\nfigure copy 2000 GB/s\nfigure product_bf16 700 TFLOP/s\n' ;;
step_gpu) step "$@" ;;
compute-sanitizer) sanitize "$@" ;;
sample_ops) echo "figure cases 82 cases" ;;
learn_digits) echo "figure accuracy 97.5 %" ;;
esac
