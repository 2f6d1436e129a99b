#%Module1.0
# The module file of cuvette for Environment Modules. It finds cuvette by its own place, share/modulefiles/cuvette/VERSION,
# so that the whole folder may be anywhere and be moved:  module use FOLDER/share/modulefiles; module load cuvette
set root [string range $ModulesCurrentModulefile 0 [expr {[string last /share/modulefiles/ $ModulesCurrentModulefile] - 1}]]

proc ModulesHelp {} {
    puts stderr "cuvette trains image classifiers in the terminal."
    puts stderr "  cuvette           opens the workbench"
    puts stderr "  cuvette doctor    says what is odd about this node"
    puts stderr "  man cuvette       tells the rest"
    puts stderr "On GPUs it needs CUDA's cuBLAS, by the module that your site has."
}
module-whatis "terminal workbench for training image classifiers"

conflict cuvette
prepend-path PATH $root/bin
prepend-path MANPATH $root/share/man
append-path MANPATH ""
