#!/bin/sh
# What cuvette needs from Debian: installs what is missing, or prints the exact line to run.
#   dependencies.sh           to build and run
#   dependencies.sh --tests   and to test
#   dependencies.sh --bundle  and to make a bundle
#   dependencies.sh --docs    and to make the site of the documents
#   dependencies.sh --quick   installs nothing: only says what is missing (silent when nothing is)
# With CROSS=aarch64-linux-gnu- the libraries are arm64's, beside programs of this machine.
set -u

# Compilers, what else runs while building and testing, and what is linked. libhwloc-dev is a header alone: without it
# replicas of a CPU are not kept next to their memory.
compiler='gcc libc6-dev binutils'
programs='pkg-config protobuf-c-compiler libonnx-dev fonts-dejavu-core'
libraries='libopenblas-openmp-dev libhdf5-dev zlib1g-dev libarchive-dev libssl-dev libcurl4-openssl-dev libjpeg62-turbo-dev libpng-dev libinih-dev libjansson-dev libcairo2-dev libfontconfig-dev libhwloc-dev libncurses-dev libprotobuf-c-dev'
case ${1:-} in
--tests)
    compiler="$compiler g++"
    programs="$programs ncurses-term python3"
    libraries="$libraries libcmocka-dev libvterm-dev"
    [ -n "${CROSS:-}" ] || programs="$programs openmpi-bin libopenmpi-dev"
    ;;
--bundle)
    programs="$programs ncurses-base ncurses-term xz-utils"
    libraries="$libraries libbrotli-dev libbz2-dev libcurl4 liblz4-dev liblzma-dev libzstd-dev nettle-dev"
    ;;
--docs) programs="$programs python3 cmark-gfm mandoc" ;;
esac
case ${CROSS:-} in
'') foreign= ;;
aarch64-linux-gnu-) foreign=arm64 ;;
*) foreign=another ;;
esac
if [ -n "$foreign" ]; then
    compiler=crossbuild-essential-$foreign
    # shellcheck disable=SC2086 # words are meant
    libraries=$(printf "%s:$foreign " $libraries)
fi

# For tests/system/slurm, which is skipped without: only where no service would start by itself, as in most containers,
# and where the packages come quickly.
slurm='slurmctld slurmd slurm-client munge'
install_slurm() {
    [ -z "$foreign" ] && [ "$(id -u)" = 0 ] && [ -x /usr/sbin/policy-rc.d ] && ! command -v slurmctld >/dev/null 2>&1 || return 0
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # words are meant
    timeout 60 apt-get install -y -d --no-install-recommends $slurm >/dev/null 2>&1 &&
        echo "Installing $slurm" && apt-get install -y --no-install-recommends $slurm >/dev/null 2>&1
    return 0
}

packages="$compiler $programs $libraries"

# Another system than Debian: the compiler's messages have to do.
command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
[ "$foreign" = another ] || for package in $packages; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ "${1:-}" = --tests ] && install_slurm
[ -z "$missing" ] && exit 0

# Other packages can provide the same files (another OpenBLAS, say): only what cannot be found stops the build.
modules='openblas hdf5 zlib libarchive libcrypto libcurl libjpeg libpng inih jansson cairo fontconfig ncursesw libprotobuf-c'
commands="${CROSS:-}gcc protoc-c"
[ "${1:-}" = --tests ] && modules="$modules cmocka vterm" commands="$commands ${CROSS:-}g++ python3"
[ "${1:-}" = --docs ] && commands="$commands python3 cmark-gfm mandoc"
# shellcheck disable=SC2086 # words are meant
enough() {
    for command in $commands; do
        command -v "$command" >/dev/null 2>&1 || return 1
    done
    [ -f "${ONNX_SCHEMA:-/usr/include/onnx/onnx.proto}" ] && "${PKG_CONFIG:-${CROSS:-}pkg-config}" --exists $modules 2>/dev/null
}

install="apt-get install -y --no-install-recommends$missing"
line=${foreign:+"dpkg --add-architecture $foreign && apt-get update && "}$install
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
{ ${foreign:+$as_root dpkg --add-architecture "$foreign"} && $as_root apt-get update -q && $as_root $install; } >/dev/null || {
    printf 'The installation failed. The line was:\n    %s\n' "$line" >&2
    exit 1
}
[ "${1:-}" = --tests ] && install_slurm
exit 0
