#!/bin/bash
# `make check-deb`: builds the Debian package of the source tarball in a clean Debian of its own, without network and by
# a user without rights; has lintian look at it; installs it there and trains. Needs root and debootstrap.
#   debian_check.sh TARBALL VERSION
set -euo pipefail

tarball=$(realpath "$1") version=$2
here=$(cd "$(dirname "$0")" && pwd)
suite=${SUITE:-bookworm}
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

[ "$(id -u)" = 0 ] || { echo 'check-deb: needs root: it makes a Debian of its own' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'check-deb: needs debootstrap' >&2; exit 1; }

# Mounts go with this process.
[ -n "${CHECK_DEB:-}" ] || CHECK_DEB=1 exec unshare --mount --propagation private "$0" "$@"
root=${DEB_ROOT:-$(mktemp -d)} # kept where it was named
chmod 755 "$root"              # the user without rights goes through it
trap '[ -n "${DEB_ROOT:-}" ] || { umount -l "$root"/proc "$root"/dev; rm -rf --one-file-system "$root"; }' EXIT

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

[ -e "$root/etc/debian_version" ] || debootstrap --variant=buildd "$suite" "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no service starts
chmod +x "$root/usr/sbin/policy-rc.d"

inside useradd -m builder 2>/dev/null || true
rm -rf "$root/home/builder/work"
mkdir "$root/home/builder/work"
tar xzf "$tarball" -C "$root/home/builder/work"
top=/home/builder/work/cuvette-$version
cp -r "$here/debian" "$root$top/debian"
inside chown -R builder: /home/builder/work
inside apt-get update -q >/dev/null
inside apt-get build-dep -y -q --no-install-recommends "$top" >/dev/null
echo "built with $(inside dpkg-query -W -f '${Package}\n' | wc -l) packages installed"

# shellcheck disable=SC2016 # for the shells inside
unshare --net chroot "$root" su builder -s /bin/sh -c 'cd "$0" && dpkg-buildpackage -us -uc -b' "$top"
ls -l "$root"/home/builder/work/*.deb

inside apt-get install -y -q --no-install-recommends lintian >/dev/null
# shellcheck disable=SC2016
chroot "$root" su builder -s /bin/sh -c 'cd "$0"/.. && lintian --fail-on error --info --display-level ">=warning" *.changes' "$top"
inside sh -c "apt-get install -y -q --no-install-recommends $top/../cuvette_${version}-*.deb" >/dev/null
inside cuvette --version
inside cuvette train mnist-mlp --epochs 1
inside man -w cuvette 2>/dev/null || inside ls /usr/share/man/man1/cuvette.1.gz
