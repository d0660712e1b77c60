# Embeds pipelines/*.toml as C++ raw strings for `dsc init`.
function(dsc_recipe_templates output)
  file(GLOB recipes CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/pipelines/*.toml)
  set(entries "")
  foreach(recipe ${recipes})
    get_filename_component(name ${recipe} NAME_WE)
    file(READ ${recipe} text)
    string(APPEND entries "    {\"${name}\", R\"dsc(${text})dsc\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe})
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"// Generated from pipelines/*.toml.
#include \"compiler/Driver/Templates.h\"

static const dsc::Template templates[] = {
@entries@};

llvm::ArrayRef<dsc::Template> dsc::recipeTemplates() { return templates; }
")
endfunction()
