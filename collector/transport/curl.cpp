#include "collector/transport/curl.h"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "collector/core/system_library.h"

namespace collector::transport {
namespace {

constexpr auto package = "libcurl4 (libcurl4t64 on newer systems)";

std::expected<Curl, Failure> bind_all() {
  auto library = SystemLibrary::load("libcurl.so.4", package);
  if (!library) return std::unexpected(library.error());
  Curl curl;
  decltype(curl_global_init)* global_init = nullptr;
  library->bind(global_init, "curl_global_init")
      .bind(curl.easy_init, "curl_easy_init")
      .bind(curl.easy_cleanup, "curl_easy_cleanup")
      .bind(curl.easy_setopt, "curl_easy_setopt")
      .bind(curl.easy_perform, "curl_easy_perform")
      .bind(curl.easy_getinfo, "curl_easy_getinfo")
      .bind(curl.easy_strerror, "curl_easy_strerror")
      .bind(curl.slist_append, "curl_slist_append")
      .bind(curl.slist_free_all, "curl_slist_free_all")
      .bind(curl.getdate, "curl_getdate");
  if (!library->missing().empty())
    return std::unexpected(
        Failure{.error = {library->missing(), std::string("install Debian's ") + package}, .lasting = true});
  if (const CURLcode code = global_init(CURL_GLOBAL_ALL); code != CURLE_OK)
    return std::unexpected(
        Failure{.error = {std::string("libcurl can't be used: ") + curl.easy_strerror(code),
                          "the collector tries again"}});
  return curl;
}

}  // namespace

std::expected<const Curl*, Failure> Curl::load() {
  // What fails is tried again: the library may be installed while the collector runs.
  static std::mutex mutex;
  static std::optional<Curl> loaded;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    auto curl = bind_all();
    if (!curl) return std::unexpected(curl.error());
    loaded = *curl;
  }
  return &*loaded;
}

}  // namespace collector::transport
