#!/bin/sh
# Everything that can be tested on a machine with a GPU: check.sh BUILD SANITIZER TEST…
#   BUILD      the folder with the programs and, in gpu/, ptxas's report on each kernel
#   SANITIZER  compute-sanitizer, or nothing
# All of it runs, whatever fails; at the end it says what failed, if anything did.
set -u

build=$1 sanitizer=$2
shift 2
program=$build/bare/bench/step_gpu
failures=

# A few steps of a network with every kind of layer, as step_gpu takes them.
train() {
    precision=$1
    shift
    echo 1 | "$@" "$precision" 12 12 3 10 16 \
        'conv2d filters=8 kernel=3 activation=relu' 'maxpool2d' 'conv2d filters=16 kernel=3' 'batch_norm' \
        'activation function=relu' 'residual filters=16' 'avgpool2d' 'flatten' \
        'dense units=32 activation=tanh' 'dropout rate=0.3' 'dense units=10'
}

# Our kernels by the names that ptxas gave them. What happens within a block of another's kernel is not our doing, and
# racecheck finds what it takes for races in NVIDIA's own.
only_ours() {
    filter=--kernel-name
    "$sanitizer" --help | grep -q -e '--kernel-name ' || filter=--kernel-regex # before CUDA 12.3
    sed -n "s/.*Compiling entry function '\([^']*\)'.*/$filter kns=\1/p" "$build"/gpu/gpu/*/*.ptxas | sort -u
}

sanitize() {
    tool=$1 report=$build/bare/$1.txt
    shift
    printf 'compute-sanitizer %s: ' "$tool"
    # Failures of calls are not asked for: our own all reach gpu_good(), and libraries probe for what may not be there.
    for precision in fp32 bf16; do
        if ! train $precision timeout 1800 "$sanitizer" --tool "$tool" --report-api-errors no --error-exitcode 1 "$@" \
            "$program" >"$report" 2>&1 || ! grep -q '^ready ' "$report"; then
            echo "not clean with $precision"
            tail -n 100 "$report"
            failures="$failures $tool"
            return
        fi
    done
    echo clean
}

run_tests() {
    CUVETTE_TEST_SECONDS=3600 tests/run.sh "$build/bare" "$@" || failures="$failures tests"
}

device=$("$program" --device) || exit 1
ready=$(train fp32 "$program") || exit 1
echo "$device" | sed q
echo "$ready" | sed 's/^ready //;q'

echo "Without cuDNN:"
CUVETTE_CUDNN=0 run_tests "$@"
case $ready in
*", cuDNN"*)
    echo "With cuDNN:"
    run_tests "$@"
    ;;
esac

if [ -n "$sanitizer" ]; then
    sanitize memcheck
    sanitize initcheck
    sanitize racecheck $(only_ours)
    sanitize synccheck $(only_ours)
else
    echo "compute-sanitizer is not in this toolkit: not run"
fi
[ -z "$failures" ] || { echo "failed:$failures" >&2; exit 1; }
