#!/bin/sh
# Tries a bundle for arm64 where arm64's programs run (check.sh --bundle calls it there): beside the C library that is
# here, with its own, and in a folder that has nothing but busybox, trains, exports a chart, tells of the node.
#   try_bundle.sh ARCHIVE
set -eu

archive=$1
name=$(basename "$archive" .tar.xz)
scratch=$(mktemp -d)
trap 'umount -l "$scratch/bare/dev/null" "$scratch/bare/proc" 2>/dev/null; rm -rf "$scratch"' EXIT

say() {
    printf '  %-7s %s\n' ok "$*"
}

# try WORDS CHARTS COMMAND...: what starts cuvette, and a folder as it sees that. Whatever fails ends the script.
try() {
    words=$1 charts=$2
    shift 2
    "$@" --version >"$scratch/said"
    grep -q '^cuvette ' "$scratch/said"
    say "$words: starts"
    "$@" train mnist-mlp --epochs 1 --device cpu:1 >"$scratch/said"
    grep -q 'run folder' "$scratch/said"
    say "$words: trains"
    "$@" export 1 --out "$charts" >"$scratch/said"
    say "$words: exports charts"
    "$@" doctor >"$scratch/said"
    grep -E '^. (cuvette|C library|HDF5|OpenBLAS|vector unit) ' "$scratch/said"
}

mkdir -p "$scratch/bare/bin" "$scratch/bare/proc" "$scratch/bare/dev" "$scratch/bare/tmp" "$scratch/home" "$scratch/my tools"
tar -xf "$archive" -C "$scratch/my tools"
export HOME="$scratch/home" LANG=C.UTF-8 TERM=xterm
try "the node's C library" "$scratch/charts" "$scratch/my tools/$name/bin/cuvette"
CUVETTE_LOADER=bundle
export CUVETTE_LOADER
try "the bundle's C library" "$scratch/charts" "$scratch/my tools/$name/bin/cuvette"
unset CUVETTE_LOADER

cp /bin/busybox "$scratch/bare/bin"
ln -s busybox "$scratch/bare/bin/sh"
mv "$scratch/my tools/$name" "$scratch/bare/tools"
mount --rbind /proc "$scratch/bare/proc"
touch "$scratch/bare/dev/null"
mount --bind /dev/null "$scratch/bare/dev/null"
HOME=/tmp
try 'nothing but busybox' /tmp/charts chroot "$scratch/bare" /tools/bin/cuvette
[ "$(head -c 4 "$scratch/bare/tmp/charts/loss.png" | tail -c 3)" = PNG ]
say 'nothing but busybox: loss.png is one'
