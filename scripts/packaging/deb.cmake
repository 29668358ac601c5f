# The Debian package.
set(units lib/systemd/system)
if(debian LESS 13)
  set(units /lib/systemd/system)
endif()
install(FILES ${made}/collector.service systemd/collector-once.service systemd/collector-once.timer
        DESTINATION ${units})
install(FILES systemd/user/collector.service DESTINATION lib/systemd/user)
install(FILES ${made}/collector.yaml DESTINATION /etc/collector)
install(FILES debian/copyright DESTINATION ${doc})
install(FILES ${made}/changelog.gz DESTINATION ${doc})

set(version ${PROJECT_VERSION}-${COLLECTOR_REVISION}~deb${debian}u1)
# The date of the newest entry in the changelog, so that one source makes one package.
file(READ ${PROJECT_SOURCE_DIR}/CHANGELOG.md changes)
string(REGEX MATCH "## \\[[0-9.]+\\] - ([0-9-]+)" unused "${changes}")
execute_process(COMMAND date --utc --rfc-email --date=${CMAKE_MATCH_1} OUTPUT_VARIABLE date
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(CONFIGURE OUTPUT ${made}/changelog.Debian CONTENT [[collector (@version@) unstable; urgency=medium

  * Built for Debian @debian@; changelog.gz has what changed.

 -- @CPACK_PACKAGE_CONTACT@  @date@
]] @ONLY)
add_custom_command(OUTPUT ${made}/changelog.Debian.gz
                   COMMAND gzip -9nc ${made}/changelog.Debian > ${made}/changelog.Debian.gz
                   DEPENDS ${made}/changelog.Debian VERBATIM)
add_custom_target(debian_changelog ALL DEPENDS ${made}/changelog.Debian.gz)
install(FILES ${made}/changelog.Debian.gz DESTINATION ${doc})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_VERSION ${version})
set(CPACK_DEBIAN_PACKAGE_RELEASE "")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION [[It reads the kernel's counters every second, keeps every byte accounted for
across restarts, outages and reboots, and delivers windows of them to SQLite,
PostgreSQL, InfluxDB and JSON files, each row exactly once.]])
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Mapped when a sink needs them; time zones, which days are cut in.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libpq5, libcurl4 | libcurl4t64, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sqlite3, zstd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/conffiles ${CMAKE_CURRENT_SOURCE_DIR}/debian/postinst
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/prerm ${CMAKE_CURRENT_SOURCE_DIR}/debian/postrm)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
