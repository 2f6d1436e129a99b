-- The module file of cuvette for Lmod. It finds cuvette by its own place, share/modulefiles/cuvette/VERSION.lua, so that
-- the whole folder may be anywhere and be moved:  module use FOLDER/share/modulefiles; module load cuvette
local root = myFileName():gsub("/share/modulefiles/cuvette/[^/]*$", "")

help([[
cuvette trains image classifiers in the terminal.
  cuvette           opens the workbench
  cuvette doctor    says what is odd about this node
  man cuvette       tells the rest
On GPUs it needs CUDA's cuBLAS, by the module that your site has.]])
whatis("Name: cuvette")
whatis("Version: " .. myModuleVersion())
whatis("Description: terminal workbench for training image classifiers")
whatis("Category: machine learning")

conflict("cuvette")
prepend_path("PATH", pathJoin(root, "bin"))
prepend_path("MANPATH", pathJoin(root, "share/man"))
append_path("MANPATH", "") -- and the system's
