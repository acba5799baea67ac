# Compiler and linker settings shared by every target: one place, no per-target surprises.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(SEDLINK_CCACHE ccache)
if(SEDLINK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SEDLINK_CCACHE}")
endif()

add_library(sedlink_flags INTERFACE)
target_compile_options(sedlink_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 once code is inlined: about the frames of Asio's coroutines, and about the inactive members of
  # variant2, which every Result is made of. clang and -O0 builds still warn.
  target_compile_options(sedlink_flags INTERFACE -Wno-mismatched-new-delete -Wno-maybe-uninitialized)
endif()
if(SEDLINK_WERROR)
  target_compile_options(sedlink_flags INTERFACE -Werror)
endif()

find_program(SEDLINK_MOLD mold)
if(SEDLINK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(SEDLINK_SANITIZE)
  add_compile_options(-fsanitize=${SEDLINK_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SEDLINK_SANITIZE})
  if(SEDLINK_SANITIZE MATCHES "undefined")
    # vptr does not link against SOCI; function breaks clang's coroutine code.
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
    add_link_options(-fno-sanitize=vptr)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-fno-sanitize=function)
    else()
      # These checks quadruple g++'s time (20.8 s -> 5.5 s for one unit) and find what ASan finds as well; the clang-asan
      # preset of scripts/test --full keeps them.
      add_compile_options(-fno-sanitize=null,alignment,object-size,pointer-overflow,nonnull-attribute,returns-nonnull-attribute)
    endif()
  endif()
  if(SEDLINK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()

# At most two compilers at once where memory is short: a heavy translation unit takes up to 2.3 GB.
cmake_host_system_information(RESULT SEDLINK_RAM_MB QUERY TOTAL_PHYSICAL_MEMORY)
math(EXPR SEDLINK_COMPILE_JOBS "${SEDLINK_RAM_MB} / 2500")
if(SEDLINK_COMPILE_JOBS LESS 1)
  set(SEDLINK_COMPILE_JOBS 1)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS compile=${SEDLINK_COMPILE_JOBS})
set(CMAKE_JOB_POOL_COMPILE compile)
