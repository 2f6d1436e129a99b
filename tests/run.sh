#!/bin/sh
# Runs test programs one after another and adds up what really ran.
#   run.sh BUILD tests/nn/plan/test_plan.c …
# Ends with what failed and why, then a line "N passed, N failed, N skipped"; fails when anything failed or nothing ran.
set -u

build=$1
case $build in
/*) ;;
*) build=$PWD/$build ;;
esac
shift
passed=0 failed=0 skipped=0 seconds=${CUVETTE_TEST_SECONDS:-600}

# A run of the tests must leave the user's own runs and data sets alone.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CUVETTE_HOME="$scratch/home" CUVETTE_BINARY="$build/cuvette" CUVETTE_SOURCE="$PWD"
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:${ASAN_OPTIONS:-}" \
    UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1" \
    TSAN_OPTIONS="die_after_fork=0:halt_on_error=1:allocator_may_return_null=1:second_deadlock_stack=1:suppressions=$PWD/tests/tsan.supp" \
    LSAN_OPTIONS="print_suppressions=0:suppressions=$PWD/tests/lsan.supp"
unset CUVETTE_DATA CUVETTE_RUNS
export CUVETTE_STOP_SECONDS=100 # a sanitizer's program on a busy machine has less than a tenth of the speed
export CUVETTE_PROBE=off # a screen that times steps by itself is not the same twice

# Without cmocka's list at the end, which names what failed and what was skipped once more.
count() { sed '/ test(s) run\.$/q' "$scratch/output" | grep -c "$1"; }

# What each failed test said, without the screens that it showed: of a long log the end alone is kept.
reasons() {
    awk -v source="$1" '/test\(s\) run\.$/ { exit }
        /^\[ RUN/ { said = ""; says = 0 }
        /^\[  FAILED/ { printf "%s: %s\n%s", source, $NF, said }
        /is not on the screen:/ { said = said "    " $0 "\n" }
        /ERROR:|\[  ERROR/ { says = 1; sub(/.*\[  ERROR/, "[  ERROR") } # it may follow a screen without a new line
        says { said = said "    " $0 "\n" }' "$scratch/output"
}

for source in "$@"; do
    program=$build/${source%.c}
    start=$(date +%s)
    timeout "$seconds" "$program" >"$scratch/output" 2>&1
    status=$?
    ok=$(count '\[ *OK \] [A-Za-z]') bad=$(count '\[ *FAILED *\] [A-Za-z]') skip=$(count '\[ *SKIPPED *\] [A-Za-z]')
    # A program that died before it could say which test failed is a failure all the same.
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    printf '%-40s %3d passed %3d failed %3d skipped  %3ds\n' "$source" "$ok" "$bad" "$skip" $(($(date +%s) - start))
    if [ "$status" -ne 0 ]; then
        [ "$status" -eq 124 ] && echo "  took more than $seconds s"
        sed 's/^/  /' "$scratch/output" | tail -n 60
        reasons "$source" >>"$scratch/reasons"
        echo "$source ended with $status" >>"$scratch/reasons"
    fi
done

if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
    echo "no test ran" >&2
    exit 1
fi
[ "$failed" -eq 0 ] || cat "$scratch/reasons"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
