#!/bin/bash
# Puts a bundle together: bundle.sh FOLDER NAME PLUGIN... packs FOLDER/NAME as NAME.tar.xz beside FOLDER. `make bundle`
# calls it, when all that is built for it lies in FOLDER, plug-ins among them that are linked in another way than usual.
set -euo pipefail
export LC_ALL=C

work=$1 name=$2
plugins=("${@:3}")
top=$work/$name
lib=$top/lib/cuvette
share=$top/share/cuvette
licences=$top/share/doc/cuvette/licences
taken=() # where all that is not ours came from

take() { # FOLDER FILE…: copies what links lead to
    mkdir -p "$1"
    cp -L "${@:2}" "$1"
    taken+=("${@:2}")
}

where() { # a library as the compiler finds it
    # shellcheck disable=SC2086 # words are meant
    ${CC:-gcc} -print-file-name="$1"
}

case $name in
*-x86_64) loader=ld-linux-x86-64.so.2 ;;
*-aarch64) loader=ld-linux-aarch64.so.1 ;;
esac
# The C library's own files are used together or not at all; unwinding for the ends of threads is loaded by it.
glibc=$loader' libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libutil.so.1
    libanl.so.1 libgcc_s.so.1'
# Those that are met; others are looked for on the node.
terminals='ansi|cygwin|dumb|linux(-16color)?|vt100|vt102|vt220|foot|iterm2.*|mlterm|ms-terminal|nsterm(-256color)?|
    Eterm(-256color)?|(xterm|screen|tmux|rxvt|st|alacritty|kitty|konsole|gnome|putty|mintty|vte)([-.].*)?'

is_of_glibc() {
    [[ " "$glibc" " == *[[:space:]]"$1"[[:space:]]* ]]
}

take_with_needs() { # NAME: a library and those that it needs, but for the C library's
    local file needed
    [ ! -e "$lib/$1" ] || return 0
    file=$(where "$1")
    [ -f "$file" ] || { echo "bundle.sh: there is no $1" >&2; exit 1; }
    take "$lib" "$file"
    for needed in $("${CROSS:-}objdump" -p "$file" | awk '$1 == "NEEDED" { print $2 }'); do
        is_of_glibc "$needed" || take_with_needs "$needed"
    done
}

take_libraries() {
    local library
    for library in $glibc; do
        take "$lib/glibc" "$(where "$library")"
    done
    take_with_needs libgomp.so.1 # loaded when they are needed
    take_with_needs libcurl.so.4
}

take_terminals() {
    local folder files to
    mkdir -p "$share/terminfo"
    to=$(realpath "$share/terminfo")
    for folder in /usr/share/terminfo /lib/terminfo; do
        mapfile -t files < <(find "$folder" -regextype egrep ! -type d -regex ".*/(${terminals//[[:space:]]/})" | sort)
        [ ${#files[@]} = 0 ] || (cd "$folder" && cp -L --parents "${files[@]#"$folder"/}" "$to")
        taken+=("${files[@]}")
    done
}

# Files by their packages; those of /usr and of / are one folder with two names.
packages_of() {
    realpath "$@" | sort -u >"$work/files"
    { cat "$work/files"; sed -n 's|^/usr/|/|p' "$work/files"; } | xargs dpkg-query -S 2>/dev/null |
        sed 's/:.*//' | sort -u
}

# Attachment A of it has the runtime that is linked into the plug-in among what may be given away.
take_licence_of_cuda() {
    local text
    for text in "$TOOLKIT"/EULA.txt "$TOOLKIT"/dist-info/nvidia_cuda_runtime-*/licenses/License.txt \
        /usr/share/doc/nvidia-cuda-toolkit/copyright; do
        [ ! -f "$text" ] || { cp -L "$text" "$licences/cuda-runtime"; return; }
    done
    echo "bundle.sh: the licence of CUDA's runtime is not in $TOOLKIT; give it along" >&2
}

take_licences() {
    local package text
    mkdir -p "$licences"
    install -m 644 README.md "$top/share/doc/cuvette"
    for package in $(packages_of "${taken[@]}"); do
        cp -L "/usr/share/doc/$package/copyright" "$licences/$package"
    done
    [[ " ${plugins[*]} " != *" libcuvette-cuda.so "* ]] || take_licence_of_cuda
    for text in $(grep -rhoE '/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9]' "$licences" | sort -u); do
        [ ! -f "$text" ] || cp -L "$text" "$licences"
    done
}

rm -rf "$top"
# What is installed elsewhere, too: plug-ins, manual pages, completions.
$MAKE --no-print-directory -s install BUILD="$BUILD" DESTDIR= PREFIX="$(realpath -m "$top")" >/dev/null
install -D -m 755 "$work/launcher" "$top/bin/cuvette"
mkdir -p "$lib"
install -m 755 "$work/cuvette" "$work/libopenblas.so.0" "$lib"
for plugin in "${plugins[@]}"; do install -m 755 "$work/$plugin" "$lib/$plugin"; done
find "$lib" -name 'libcuvette-*.so' -exec "${CROSS:-}strip" --strip-unneeded --remove-section=.note.gnu.build-id {} +
take_libraries
take_terminals
take "$share/fonts" /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf /usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf
take "$share/locale/C.utf8" /usr/lib/locale/C.utf8/LC_CTYPE
# What was linked in, as the linker wrote it down, and what messages were made of.
mapfile -t -O ${#taken[@]} taken < <(cat "$work"/*.inputs | grep -oE '(^| )/[^ :]+\.(a|o)\b' | tr -d ' ' | sort -u)
taken+=("${ONNX_SCHEMA:-/usr/include/onnx/onnx.proto}")
take_licences

# The same bytes from the same commit, wherever and whenever.
date=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y README.md)}
archive=$work/../$name.tar.xz
tar -C "$work" --format=gnu --sort=name --mtime="@$date" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    -cf - "$name" | xz -T1 -9 >"$archive.part"
mv "$archive.part" "$archive"
printf '  %-5s %s: %s packed, %s unpacked\n' PACK "$BUILD/$name.tar.xz" \
    "$(du -h --apparent-size "$archive" | cut -f1)" "$(du -sh --apparent-size "$top" | cut -f1)"
