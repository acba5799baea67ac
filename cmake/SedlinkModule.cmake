option(SEDLINK_TOGETHER "compile modules several files at a time, too (trees that are tested and thrown away)" OFF)

# sedlink_together(TARGET <files…>): several sources to a compiler run, but for <files…> whose private names clash with a neighbour's.
# docs/adr/0006-tests-compiled-together.md
function(sedlink_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 5)
  # g++ takes an included source for a header and warns of its private types; they stay in one translation unit.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  foreach(file ${ARGN})
    set_property(SOURCE "${file}" PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()

# sedlink_module(NAME DEPENDS <modules…> PRIVATE <third-party targets…> ALONE <files…>)
# A module owns its include root (include/) and sees only the roots of the modules named in DEPENDS:
# an include that breaks the layers of docs/architecture.md does not compile.
function(sedlink_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PUBLIC;PRIVATE;ALONE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp")
  set(target sedlink_${name})
  if(NOT sources)
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp")
    file(WRITE "${sources}" "")
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}/include"
                                       PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
  list(TRANSFORM ARG_DEPENDS PREPEND sedlink_)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC} PRIVATE sedlink_flags ${ARG_PRIVATE})
  if(SEDLINK_TOGETHER)
    sedlink_together(${target} ${ARG_ALONE})
  endif()
endfunction()
