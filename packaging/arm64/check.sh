#!/bin/bash
# Builds for arm64 and runs the tests with QEMU, on a machine of another kind:
#   check.sh                                        all tests
#   check.sh tests/cpu/test_ops.c …                 these
#   check.sh --bundle                               makes a bundle, build/arm64/cuvette-VERSION-aarch64.tar.xz, and tries it
#   check.sh --shell [COMMAND]                      a shell or a command where arm64's programs run; build/arm64/cuvette
#
# It needs root and debootstrap. Compiler and tools are this machine's, in a Debian of their own of 2 GB, build/arm64-root
# or where ARM64_ROOT says; of arm64 there are libraries and what is built. Nothing is installed on the machine itself:
# the kernel hands arm64's programs to QEMU in a user namespace alone, which takes Linux 6.7, and what is mounted is gone
# with its namespace. Keep the Debian for the next time, or delete it.
#
# Emulated programs are some twenty times slower: nothing that is measured there means anything.
set -eu

source=$(cd "$(dirname "$0")/../.." && pwd)
root=${ARM64_ROOT:-$source/build/arm64-root}
build=build/arm64
export CROSS=aarch64-linux-gnu- LC_ALL=C.UTF-8

fail() {
    echo "check-arm64: $*" >&2
    exit 1
}

# Steps that run in namespaces of their own: this script again, with the step's name.
case ${1:-} in
--mounted) # in a mount namespace: COMMAND ...
    shift
    mount --make-rprivate /
    for each in /proc /sys /dev; do mount --rbind "$each" "$root$each"; done
    for each in "$source" ${CCACHE_DIR:+"$CCACHE_DIR"}; do
        mkdir -p "$root$each"
        mount --bind "$each" "$root$each"
    done
    exec "$@"
    ;;
--apart) # in a user namespace of all users, whose map a process outside of it has to write: COMMAND ...
    shift
    pipes=$(mktemp -d)
    mkfifo "$pipes/asked" "$pipes/mapped"
    {
        read -r _ <"$pipes/asked"
        echo '0 0 65536' | tee "/proc/$$/gid_map" >"/proc/$$/uid_map"
        echo now >"$pipes/mapped"
        rm -r "$pipes"
    } &
    # shellcheck disable=SC2016 # for the shell inside
    exec unshare --user sh -c 'echo now >"$0/asked"; read -r _ <"$0/mapped"; exec unshare --mount "$@"' \
        "$pipes" "$0" --emulated "$@"
    ;;
--emulated) # there: COMMAND ...
    shift
    formats=$root/proc/sys/fs/binfmt_misc
    mount -t binfmt_misc none "$formats" 2>/dev/null || fail "the kernel has no binfmt_misc for each namespace: that is Linux 6.7"
    # The first 20 bytes of an ELF file of 64 bits, executable or shared, for machine 183; F: opened now, P: argv[0] kept.
    magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
    mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
    printf '%s' ":arm64:M::$magic:$mask:$root/usr/bin/qemu-aarch64-static:FP" >"$formats/register"
    exec "$@"
    ;;
esac

[ "$(id -u)" = 0 ] || fail "needs root: it makes a Debian of its own and mounts there"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"

# inside COMMAND ...: in the Debian, in this folder, which is there under the same name.
environment="PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root"
# shellcheck disable=SC2016 # for the shell inside
change='cd "$0" && exec "$@"'
inside() {
    # shellcheck disable=SC2086 # words are meant
    ARM64_ROOT=$root unshare --mount "$0" --mounted \
        chroot "$root" env $environment sh -c "$change" "$source" "$@"
}

# emulated COMMAND ...: there, with arm64's programs running.
emulated() {
    # shellcheck disable=SC2086 # words are meant
    ARM64_ROOT=$root unshare --mount "$0" --mounted "$0" --apart \
        chroot "$root" env $environment CUVETTE_TEST_SECONDS="${CUVETTE_TEST_SECONDS:-3000}" sh -c "$change" "$source" "$@"
}

if [ ! -e "$root/made" ]; then
    debootstrap --variant=minbase bookworm "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    cp /etc/resolv.conf "$root/etc/"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no service starts
    chmod +x "$root/usr/sbin/policy-rc.d"
    inside apt-get install -y --no-install-recommends make ccache qemu-user-static procps
    touch "$root/made"
fi
inside tools/dependencies.sh --tests

if [ "${1:-}" = --shell ]; then
    shift
    [ $# -gt 0 ] || set -- bash
    emulated "$@"
    exit
fi

# compiled COMMAND ...: make, for arm64
compiled() {
    inside make -j"$(nproc)" CC="ccache ${CROSS}gcc" CXX="ccache ${CROSS}g++" CUDA=no MPI=no WERROR=1 \
        BUILD="$build" CROSS="$CROSS" "$@"
}

if [ "${1:-}" = --bundle ]; then
    SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct 2>/dev/null || stat -c %Y "$source/README.md")
    environment="$environment SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" # there is no git inside
    inside apt-get install -y --no-install-recommends busybox-static:arm64
    compiled bundle
    emulated packaging/arm64/try_bundle.sh "$(cd "$source" && ls "$build"/cuvette-*-aarch64.tar.xz)"
    exit
fi

[ $# -gt 0 ] || set -- "$source"/tests/*/test_*.c "$source"/tests/*/*/test_*.c
set -- "${@#"$source"/}"
compiled TESTS="$*" test-programs
emulated tests/run.sh "$build" "$@"
