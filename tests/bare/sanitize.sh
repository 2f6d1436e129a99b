#!/bin/sh
# A few steps of a network with every kind of layer under compute-sanitizer: sanitize.sh SANITIZER PROGRAM PTXAS TOOL…
#   SANITIZER  compute-sanitizer
#   PROGRAM    bench/step_gpu
#   PTXAS      the folder with ptxas's report on each of our kernels
#   TOOL…      memcheck, initcheck, racecheck, synccheck
# Every tool runs, whatever the others find; each is told as soon as it is known. Fails when one was not clean.
set -u

sanitizer=$1 program=$2 ptxas=$3
shift 3
failed=0

# As step_gpu takes them. One group of steps, the first of which are not a graph yet, and no more.
train() {
    precision=$1
    shift
    "$@" "$precision" 12 12 3 10 16 \
        'conv2d filters=8 kernel=3 activation=relu' 'maxpool2d' 'conv2d filters=16 kernel=3' 'batch_norm' \
        'activation function=relu' 'residual filters=16' 'avgpool2d' 'flatten' \
        'dense units=32 activation=tanh' 'dropout rate=0.3' 'dense units=10' </dev/null
}

# Our kernels by the names that ptxas gave them. What happens within a block of another's kernel is not our doing, and
# racecheck finds what it takes for races in NVIDIA's own.
only_ours() {
    filter=--kernel-name
    "$sanitizer" --help | grep -q -e '--kernel-name ' || filter=--kernel-regex # before CUDA 12.3
    find "$ptxas" -name '*.ptxas' -exec sed -n "s/.*Compiling entry function '\([^']*\)'.*/$filter kns=\1/p" {} + 2>/dev/null | sort -u
}

sanitize() {
    tool=$1 report=$(dirname "$program")/$1.txt
    shift
    for precision in fp32 bf16; do
        # Failures of calls are not asked for: our own all reach gpu_good(), and libraries probe for what may not be
        # there.
        if train $precision "$sanitizer" --tool "$tool" --report-api-errors no --error-exitcode 1 "$@" "$program" \
            >"$report" 2>&1 && grep -q '^ready ' "$report"; then
            echo "compute-sanitizer $tool, $precision: clean"
        else
            tail -n 100 "$report"
            echo "compute-sanitizer $tool, $precision: not clean"
            failed=1
        fi
    done
}

for tool in "$@"; do
    # shellcheck disable=SC2046 # several words
    case $tool in
    racecheck | synccheck) sanitize "$tool" $(only_ours) ;;
    *) sanitize "$tool" ;;
    esac
done
exit $failed
