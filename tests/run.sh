#!/bin/sh
# Runs test programs, as many at a time as there are cores (TEST_JOBS says another number), and adds up what really ran.
#   run.sh BUILD tests/nn/plan/test_plan.c …
# Ends with what failed and why, then a line "N passed, N failed, N skipped"; fails when anything failed or nothing ran.
set -u

# Without cmocka's list at the end, which names what failed and what was skipped once more.
count() { sed '/ test(s) run\.$/q' "$1" | grep -c "$2"; }

# What each failed test said, without the screens that it showed: of a long log the end alone is kept.
reasons() {
    awk -v source="$1" '/test\(s\) run\.$/ { exit }
        /^\[ RUN/ { said = ""; says = 0 }
        /^\[  FAILED/ { printf "%s: %s\n%s", source, $NF, said }
        /is not on the screen:/ { said = said "    " $0 "\n" }
        /ERROR:|\[  ERROR/ { says = 1; sub(/.*\[  ERROR/, "[  ERROR") } # it may follow a screen without a new line
        says { said = said "    " $0 "\n" }' "$2"
}

# run.sh --one BUILD SCRATCH tests/x/test_y.c: that program alone, in a home of its own. What there is to count and to
# tell is left in SCRATCH; what is printed comes out in one piece.
one() {
    build=$1 scratch=$2 source=$3 seconds=${CUVETTE_TEST_SECONDS:-600}
    place=$(mktemp -d "$scratch/one.XXXXXX") || exit 1
    export CUVETTE_HOME="$place/home"
    start=$(date +%s)
    timeout "$seconds" "$build/${source%.c}" >"$place/output" 2>&1
    status=$?
    ok=$(count "$place/output" '\[ *OK \] [A-Za-z]') bad=$(count "$place/output" '\[ *FAILED *\] [A-Za-z]')
    skip=$(count "$place/output" '\[ *SKIPPED *\] [A-Za-z]')
    # A program that died before it could say which test failed is a failure all the same.
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    {
        printf '%-40s %3d passed %3d failed %3d skipped  %3ds\n' "$source" "$ok" "$bad" "$skip" $(($(date +%s) - start))
        if [ "$status" -ne 0 ]; then
            [ "$status" -eq 124 ] && echo "  took more than $seconds s"
            sed 's/^/  /' "$place/output" | tail -n 60
            reasons "$source" "$place/output" >"$place/reasons"
            echo "$source ended with $status" >>"$place/reasons"
        fi
    } >"$place/told"
    echo "$ok $bad $skip" >"$place/counts"
    cat "$place/told"
}

if [ "$1" = --one ]; then
    shift
    one "$@"
    exit 0
fi

build=$1
case $build in
/*) ;;
*) build=$PWD/$build ;;
esac
shift

# A run of the tests must leave the user's own runs, data sets and networks alone.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CUVETTE_BINARY="$build/cuvette" CUVETTE_SOURCE="$PWD"
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:${ASAN_OPTIONS:-}" \
    UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1" \
    TSAN_OPTIONS="die_after_fork=0:halt_on_error=1:allocator_may_return_null=1:second_deadlock_stack=1:suppressions=$PWD/tests/tsan.supp" \
    LSAN_OPTIONS="print_suppressions=0:suppressions=$PWD/tests/lsan.supp"
unset CUVETTE_DATA CUVETTE_RUNS CUVETTE_WEIGHTS
export CUVETTE_STOP_SECONDS=100 # a sanitizer's program on a busy machine has less than a tenth of the speed
export CUVETTE_PROBE=off # a screen that times steps by itself is not the same twice

cores=$(nproc 2>/dev/null || echo 1)
printf '%s\n' "$@" | xargs -n 1 -P "${TEST_JOBS:-$((cores < 4 ? cores : 4))}" "$0" --one "$build" "$scratch"

# shellcheck disable=SC2046 # three numbers
set -- $(cat "$scratch"/one.*/counts | awk '{ ok += $1; bad += $2; skip += $3 } END { print ok + 0, bad + 0, skip + 0, NR }') $#
passed=$1 failed=$2 skipped=$3
[ "$4" -eq "$5" ] || { echo "$(($5 - $4)) test programs were not run" >&2; failed=$((failed + $5 - $4)); }
if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
    echo "no test ran" >&2
    exit 1
fi
[ "$failed" -eq 0 ] || cat "$scratch"/one.*/reasons 2>/dev/null
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
