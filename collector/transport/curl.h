// libcurl, mapped when something is first asked over HTTP (SystemLibrary says why), as a table of its
// functions.
#pragma once

#include <curl/curl.h>

#include <expected>

#include "collector/core/failure.h"

namespace collector::transport {

struct Curl {
  decltype(curl_easy_init)* easy_init = nullptr;
  decltype(curl_easy_cleanup)* easy_cleanup = nullptr;
  decltype(curl_easy_setopt)* easy_setopt = nullptr;
  decltype(curl_easy_perform)* easy_perform = nullptr;
  decltype(curl_easy_getinfo)* easy_getinfo = nullptr;
  decltype(curl_easy_strerror)* easy_strerror = nullptr;
  decltype(curl_slist_append)* slist_append = nullptr;
  decltype(curl_slist_free_all)* slist_free_all = nullptr;
  decltype(curl_getdate)* getdate = nullptr;

  // The functions, once and for all; from any thread.
  static std::expected<const Curl*, Failure> load();
};

}  // namespace collector::transport
