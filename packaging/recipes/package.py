# cuvette for Spack: `make recipes` fills in what is between @s.
try:  # since Spack 1.0
    from spack_repo.builtin.build_systems.cuda import CudaPackage
    from spack_repo.builtin.build_systems.makefile import MakefilePackage
except ImportError:  # before it they are among the others
    pass

from spack.package import *


class Cuvette(MakefilePackage, CudaPackage):
    """Terminal workbench for training image classifiers on cluster nodes."""

    homepage = "@HOMEPAGE@"
    url = "@URL@"

    license("MIT", checked_by="cuvette")

    version("@VERSION@", sha256="@SHA256@")

    variant("cuda", default=False, description="Build the plug-in for NVIDIA's GPUs")
    variant("mpi", default=False, description="Build the plug-in for several nodes")

    depends_on("c", type="build")
    depends_on("cxx", type="build", when="+cuda")
    depends_on("gmake", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("py-onnx", type="build")  # its schema alone

    depends_on("cairo+fc+ft+pdf+png+svg~X")
    depends_on("curl")
    depends_on("fontconfig")
    depends_on("hdf5~mpi")
    depends_on("libinih")
    depends_on("jansson")
    depends_on("libarchive")
    depends_on("libjpeg-turbo")
    depends_on("libpng")
    depends_on("ncurses")
    depends_on("openblas threads=openmp")
    depends_on("openssl")
    depends_on("protobuf-c")
    depends_on("zlib-api")
    depends_on("cuda@12:", when="+cuda")
    depends_on("mpi", when="+mpi")

    def wants(self):
        spec = self.spec
        schema = find(spec["py-onnx"].prefix, "onnx.proto", recursive=True)[0]
        words = [
            "ONNX_SCHEMA=" + schema,
            "PREFIX=" + self.prefix,
            "CUDA=" + ("yes" if spec.satisfies("+cuda") else "no"),
            "MPI=" + ("yes" if spec.satisfies("+mpi") else "no"),
            # Loaded when it is needed, by name.
            "LDFLAGS=-Wl,-rpath," + ":".join(spec["openblas"].libs.directories + spec["curl"].libs.directories),
        ]
        if spec.satisfies("+cuda"):
            words.append("CUDA_HOME=" + spec["cuda"].prefix)
            if "none" not in spec.variants["cuda_arch"].value:
                words.append("CUDA_ARCHITECTURES=" + " ".join(spec.variants["cuda_arch"].value))
        if spec.satisfies("+mpi"):
            words.append("MPICC=" + spec["mpi"].mpicc)
        return words

    def build(self, spec, prefix):
        make(*self.wants())

    def install(self, spec, prefix):
        make("install", *self.wants())

    def test_version(self):
        """the program runs"""
        cuvette = which(self.prefix.bin.cuvette)
        assert str(self.spec.version) in cuvette("--version", output=str)
