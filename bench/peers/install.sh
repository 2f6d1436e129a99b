#!/bin/sh
# Makes a Python environment with the programs that cuvette is compared with: install.sh FOLDER
# Does nothing where that was done before; delete FOLDER for newer versions. PyTorch's usual wheel carries CUDA, which
# is not used here but takes most of the 7 GB.
set -eu

folder=$1
programs='torch torchvision tensorflow-cpu keras onnx onnxruntime simplejpeg pillow h5py numpy'

fail() {
    echo "bench: $*" >&2
    exit 1
}

[ ! -e "$folder/installed" ] || exit 0
python3 -c 'import venv, ensurepip' 2>/dev/null ||
    fail "Python cannot make a virtual environment here (Debian: apt-get install python3-venv)"
echo "bench: installing $programs into $folder; that takes minutes"
python3 -m venv "$folder" || fail "no virtual environment could be made in $folder"
# shellcheck disable=SC2086 # several words
"$folder/bin/pip" install --quiet --disable-pip-version-check $programs ||
    fail "pip could not install them (no network, or less than 10 GB free?)"
"$folder/bin/pip" freeze >"$folder/installed"
