#!/bin/sh
# Everything that can be tested on a machine with a GPU: check.sh BUILD SANITIZER TEST…
#   BUILD      the folder with the programs and, in gpu/, ptxas's report on each kernel
#   SANITIZER  compute-sanitizer, or nothing
# All of it runs, whatever fails; at the end it says what failed, if anything did.
set -u

build=$1 sanitizer=$2
shift 2
failures=

run_tests() {
    TEST_JOBS=1 CUVETTE_TEST_SECONDS=3600 tests/run.sh "$build/bare" "$@" || failures="$failures tests"
}

facts=$("$build/bare/bench/ceilings_gpu" --libraries) || exit 1
echo "$facts" | sed -n 's/^fact //p'

echo "Without cuDNN:"
CUVETTE_CUDNN=0 run_tests "$@"
case $facts in
*"cudnn none"*) ;;
*)
    echo "With cuDNN:"
    run_tests "$@"
    ;;
esac

if [ -n "$sanitizer" ]; then
    tests/bare/sanitize.sh "$sanitizer" "$build/bare/bench/step_gpu" "$build/gpu" memcheck initcheck racecheck \
        synccheck || failures="$failures sanitizer"
else
    echo "compute-sanitizer is not in this toolkit: not run"
fi
[ -z "$failures" ] || { echo "failed:$failures" >&2; exit 1; }
