#!/bin/sh
# Times cifar10-lesson in cuvette and in PyTorch, in turn, so that both meet the same machine.
#   compare.sh STEP_CPU [THREADS] [ROUNDS] [STEPS]
# Prints each round, then the medians over rounds of both medians, the least of both minima, and the ratios
# (above 1: cuvette is faster). Without PyTorch (Debian: python3-torch) only cuvette is timed.
set -eu

program=$1 threads=${2:-2} rounds=${3:-5} steps=${4:-15}
peer=$(dirname "$0")/peer_torch.py
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

/usr/bin/python3 -c 'import torch' 2>/dev/null || peer=

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    "$program" cifar10-lesson "$threads" "$steps" | tail -n 1 | tee -a "$scratch/cuvette" | sed 's/^/cuvette  /'
    [ -z "$peer" ] || "$peer" "$threads" "$steps" | tail -n 1 | tee -a "$scratch/torch" | sed 's/^/PyTorch  /'
done

# "median M minimum N" lines -> the median of the M and the least N
summary() {
    sort -n -k 2 "$1" | awk '{ m[NR] = $2; if (NR == 1 || $4 < least) least = $4 }
        END { print (NR % 2 ? m[(NR + 1) / 2] : (m[NR / 2] + m[NR / 2 + 1]) / 2), least }'
}

if [ -z "$peer" ]; then
    summary "$scratch/cuvette" | awk '{ printf "median %.1f ms, minimum %.1f ms a step\n", $1, $2 }'
else
    { summary "$scratch/cuvette"; summary "$scratch/torch"; } | awk '
        { m[NR] = $1; n[NR] = $2 }
        END { printf "medians %.1f and %.1f ms: %.2f times PyTorch\nminima  %.1f and %.1f ms: %.2f times PyTorch\n",
              m[1], m[2], m[2] / m[1], n[1], n[2], n[2] / n[1] }'
fi
