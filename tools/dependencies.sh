#!/bin/sh
# What cuvette needs from Debian: installs what is missing, or prints the exact line to run.
#   dependencies.sh           to build and run
#   dependencies.sh --tests   and to test
#   dependencies.sh --bundle  and to make a bundle
#   dependencies.sh --docs    and to make the site of the documents
#   dependencies.sh --quick   installs nothing: only says what is missing (silent when nothing is)
set -u

build='gcc libc6-dev binutils pkg-config libopenblas-openmp-dev libhdf5-dev zlib1g-dev libarchive-dev libssl-dev libcurl4-openssl-dev libjpeg62-turbo-dev libpng-dev libinih-dev libjansson-dev libcairo2-dev libfontconfig-dev libncurses-dev protobuf-c-compiler libprotobuf-c-dev libonnx-dev fonts-dejavu-core'
tests='g++ libcmocka-dev libvterm-dev ncurses-term python3 openmpi-bin libopenmpi-dev'
bundle='libbrotli-dev libbz2-dev libcurl4 liblz4-dev liblzma-dev libzstd-dev nettle-dev ncurses-base ncurses-term xz-utils'
docs='python3 cmark-gfm mandoc'

# For tests/system/slurm, which is skipped without: only where no service would start by itself, as in most containers,
# and where the packages come quickly.
slurm='slurmctld slurmd slurm-client munge'
install_slurm() {
    [ "$(id -u)" = 0 ] && [ -x /usr/sbin/policy-rc.d ] && ! command -v slurmctld >/dev/null 2>&1 || return 0
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # words are meant
    timeout 60 apt-get install -y -d --no-install-recommends $slurm >/dev/null 2>&1 &&
        echo "Installing $slurm" && apt-get install -y --no-install-recommends $slurm >/dev/null 2>&1
    return 0
}

packages=$build
[ "${1:-}" = --tests ] && packages="$build $tests"
[ "${1:-}" = --bundle ] && packages="$build $bundle"
[ "${1:-}" = --docs ] && packages="$build $docs"

# Another system than Debian: the compiler's messages have to do.
command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
for package in $packages; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ "${1:-}" = --tests ] && install_slurm
[ -z "$missing" ] && exit 0

# Other packages can provide the same files (another OpenBLAS, say): only what cannot be found stops the build.
libraries='openblas hdf5 zlib libarchive libcrypto libcurl libjpeg libpng inih jansson cairo fontconfig ncursesw libprotobuf-c'
programs='gcc protoc-c'
[ "${1:-}" = --tests ] && libraries="$libraries cmocka vterm" programs='gcc protoc-c g++ python3'
[ "${1:-}" = --docs ] && programs='gcc protoc-c python3 cmark-gfm mandoc'
# shellcheck disable=SC2086 # words are meant
enough() {
    for program in $programs; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
    [ -f "${ONNX_SCHEMA:-/usr/include/onnx/onnx.proto}" ] && pkg-config --exists $libraries 2>/dev/null
}

line="apt-get install -y --no-install-recommends$missing"
if [ "${1:-}" = --quick ]; then
    enough && exit 0
    printf 'cuvette needs some Debian packages. Please run:\n    %s\n' "$line" >&2
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
elif enough; then
    exit 0
else
    printf 'cuvette needs some Debian packages, and installing them needs an administrator. Please run:\n    sudo %s\n' "$line" >&2
    exit 1
fi

echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # words are meant
{ $as_root apt-get update -q && $as_root $line; } >/dev/null || {
    printf 'The installation failed. The line was:\n    %s\n' "$line" >&2
    exit 1
}
[ "${1:-}" = --tests ] && install_slurm
exit 0
