# The tarball: runs wherever the C library is new enough, from whatever directory it is unpacked in. Libraries
# that Debian has as archives are linked in; the others (fmt, spdlog, simdjson, cctz) and the C++ library lie in
# lib/collector beside them, where the program looks first. libpq and libcurl are the system's, mapped when a sink
# needs them.
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_PACKAGE_FILE_NAME collector-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})

foreach(library sqlite3 yaml-cpp zstd z)
  find_library(${library}_archive lib${library}.a REQUIRED)
endforeach()
set_property(TARGET SQLite::SQLite3 PROPERTY IMPORTED_LOCATION ${sqlite3_archive})
# Debian 12's yaml-cpp brings a target of that name; for Debian 13's the name is just a library's until now.
if(NOT TARGET yaml-cpp)
  add_library(yaml-cpp STATIC IMPORTED GLOBAL)
endif()
set_property(TARGET yaml-cpp PROPERTY IMPORTED_LOCATION ${yaml-cpp_archive})
foreach(configuration NONE RELEASE RELWITHDEBINFO NOCONFIG)
  set_property(TARGET yaml-cpp PROPERTY IMPORTED_LOCATION_${configuration} ${yaml-cpp_archive})
endforeach()
set_property(TARGET ZLIB::ZLIB PROPERTY IMPORTED_LOCATION_RELEASE ${z_archive})
set_property(TARGET ZLIB::ZLIB PROPERTY IMPORTED_LOCATION ${z_archive})
set_property(TARGET PkgConfig::ZSTD PROPERTY INTERFACE_LINK_LIBRARIES ${zstd_archive})
target_link_libraries(collector PRIVATE m ${CMAKE_DL_LIBS})

# Named by the program itself, so that its own path is the one that counts for all of them.
target_link_libraries(collector PRIVATE "-Wl,--push-state,--no-as-needed" gcc_s "-Wl,--pop-state")
set_property(TARGET collector PROPERTY INSTALL_RPATH $ORIGIN/../lib/collector)

install(CODE [[
  file(GET_RUNTIME_DEPENDENCIES EXECUTABLES $<TARGET_FILE:collector> RESOLVED_DEPENDENCIES_VAR libraries
       PRE_EXCLUDE_REGEXES "^libc\\.so" "^libm\\.so" "^libdl\\.so" "^libpthread\\.so" "^librt\\.so" "^ld-linux")
  file(INSTALL ${libraries} DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/collector FOLLOW_SYMLINK_CHAIN)
]])
install(FILES systemd/collector.service systemd/collector-once.service systemd/collector-once.timer
        DESTINATION share/collector/systemd)
install(FILES systemd/user/collector.service DESTINATION share/collector/systemd/user)
install(FILES ${made}/collector.yaml DESTINATION share/collector)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${doc})
