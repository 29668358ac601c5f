// HttpConnection: requests over one connection to a server, which is kept open between them and made anew
// when the server has closed it. Every request ends within its time-out. Redirects are not followed: nothing
// must end up where nobody said.
//
// Proxies are taken from the environment, as curl does: http_proxy, https_proxy, all_proxy, no_proxy.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/core/time.h"
#include "collector/transport/curl.h"
#include "collector/transport/url.h"

namespace collector::transport {

// Why there is no answer.
struct HttpFailure {
  enum class Kind : std::uint8_t {
    no_library,     // libcurl can't be used; `remedy` says what to do
    unsendable,     // the authorization holds what no header can
    not_listening,  // nobody answers there
    unknown_host,
    unknown_proxy,
    untrusted,  // the server's certificate
    bad_file,   // one of the client's certificate, its key, or the authorities
    no_tls,     // the two sides found no common way
    slow,       // no answer, or one that is too slow
    bad_url,
    early,  // it was answered before it had been sent whole
    other,
  };
  Kind kind = Kind::other;
  std::string what;
  std::string remedy{};
  bool lasting = false;  // trying again does not help until somebody has done something
};

struct ConnectionSettings {
  Url url;
  std::string unix_socket{};  // empty: over TCP
  std::string authority{};    // PEM file with the certificates to trust; empty: the system's
  std::string certificate{};  // PEM files of the client's own; empty: none
  std::string key{};
  // How long nothing (or next to nothing) may go through; a whole request may take four times as long.
  Duration timeout = std::chrono::seconds(30);
};

struct HttpRequest {
  enum class Method : std::uint8_t { get, post };
  Method method = Method::get;
  std::string url;
  std::string authorization{};                             // of the header of that name; empty: none
  std::string content_type = "text/plain; charset=utf-8";  // of a body
  std::string_view body = {};
  bool gzip = false;                     // the body is compressed
  std::optional<Duration> timeout = {};  // of the whole request, where another is wanted
  // Bytes of an answer's body that are wanted: with more the connection is closed. Nothing: 4 MiB are kept,
  // and the rest is read so that the connection can be kept.
  std::optional<std::size_t> largest_answer = {};
};

struct HttpAnswer {
  long status = 0;
  std::string body{};
  bool is_cut = false;                                         // the body went on
  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
  std::optional<Duration> retry_after{};                       // from now

  std::string_view header(std::string_view name) const;  // empty: there is none
};

// Used by one thread.
class HttpConnection {
 public:
  using Made = std::expected<std::unique_ptr<HttpConnection>, HttpFailure>;
  // `clock` outlives it. Connects with the first request.
  static Made make(const Clock& clock, ConnectionSettings settings);
  static Made make(const Curl& curl, const Clock& clock, ConnectionSettings settings);  // for tests
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Whatever the server answers is an answer; a failure is that it could not be asked or did not finish.
  std::expected<HttpAnswer, HttpFailure> perform(const HttpRequest& request);

 private:
  HttpConnection(const Curl& curl, const Clock& clock, ConnectionSettings settings)
      : curl_(curl), clock_(clock), settings_(std::move(settings)) {}
  bool prepare();
  template <typename Value>
  bool set(CURLoption option, Value value);
  HttpFailure failure_of(CURLcode code) const;
  HttpFailure answered_too_early(std::int64_t sent, std::int64_t meant) const;
  std::optional<Duration> retry_after(const HttpAnswer& answer) const;
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* body);
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* answer);

  const Curl& curl_;
  const Clock& clock_;
  ConnectionSettings settings_;
  CURL* handle_ = nullptr;
  char what_[CURL_ERROR_SIZE] = {};
};

}  // namespace collector::transport
