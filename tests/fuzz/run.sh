#!/bin/sh
# Runs fuzz targets one after another and adds up what held.
#   run.sh BUILD SECONDS idx numpy …
# Ends with a line "N passed, N failed, N skipped". What is found lies in BUILD/findings; a target's program with such a
# file as its argument shows it again.
set -u

case $1 in # targets work in a folder of their own
/*) build=$1 ;;
*) build=$PWD/$1 ;;
esac
seconds=$2
shift 2
passed=0 failed=0
patience=100 # seconds for an input: a process that looks at a file has a minute (base/guard.h)
longest=32768 # bytes of an input; libFuzzer cuts off what a seed has more, and most formats are nothing then
mkdir -p "$build/findings" "$build/logs"

export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:${ASAN_OPTIONS:-}" \
    UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1" \
    LSAN_OPTIONS="print_suppressions=0:suppressions=$PWD/tests/lsan.supp"

for target in "$@"; do
    corpus=$build/corpus/$target log=$build/logs/$target
    mkdir -p "$corpus"
    set -- -max_total_time="$seconds" -max_len="$longest" -timeout="$patience" -rss_limit_mb=2048 -malloc_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$build/findings/$target-"
    [ -f "tests/fuzz/$target.dict" ] && set -- "$@" -dict="$PWD/tests/fuzz/$target.dict"
    "$build/tests/fuzz/fuzz_$target" "$@" "$corpus" "$PWD/tests/fuzz/seeds/$target" >"$log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    too_long=$(find "tests/fuzz/seeds/$target" -size "+${longest}c")
    [ -z "$too_long" ] || { echo "longer than an input may be: $too_long" >>"$log"; status=1; }
    if [ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
        passed=$((passed + 1)) word=holds
    else
        failed=$((failed + 1)) word=FAILED
    fi
    printf '%-10s %-7s %10s inputs in %s s, %s edges\n' "$target" "$word" "${runs:-?}" "$seconds" "${edges:-?}"
    [ "$word" = holds ] || sed 's/^/  /' "$log" | tail -n 60
done

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
