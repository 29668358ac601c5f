#include "collector/transport/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <system_error>

#include "collector/core/numbers.h"
#include "collector/core/version.h"

namespace collector::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t longest_body = 4UL * 1024 * 1024;  // names every line of a request that was refused
constexpr std::size_t most_headers = 100;
constexpr Duration longest_connecting = seconds(10);
// Slower than this is as good as silent: it could go on for ever byte by byte.
constexpr long slowest_bytes_per_second = 50;
constexpr int whole_request = 4;  // time-outs
// Asked for a longer pause, it is asked again after this one.
constexpr Duration longest_pause = std::chrono::hours(1);

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// A line end would close the header, and what follows would be taken for the body: an empty one, which any
// server is content with (RFC 9110, 5.5).
bool fits_a_header(std::string_view value) {
  return std::ranges::none_of(value,
                              [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

HttpFailure::Kind kind_of(CURLcode code) {
  using Kind = HttpFailure::Kind;
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return Kind::not_listening;
    case CURLE_COULDNT_RESOLVE_HOST:
      return Kind::unknown_host;
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Kind::unknown_proxy;
    case CURLE_PEER_FAILED_VERIFICATION:
      return Kind::untrusted;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return Kind::bad_file;
    case CURLE_SSL_CONNECT_ERROR:
      return Kind::no_tls;
    case CURLE_OPERATION_TIMEDOUT:
      return Kind::slow;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return Kind::bad_url;
    default:
      return Kind::other;
  }
}

bool is_lasting(HttpFailure::Kind kind) {
  using Kind = HttpFailure::Kind;
  return kind == Kind::untrusted || kind == Kind::bad_file || kind == Kind::bad_url;
}

struct Body {
  HttpAnswer& to;
  std::optional<std::size_t> largest;
};

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

HttpConnection::Made HttpConnection::make(const Clock& clock, ConnectionSettings settings) {
  const auto curl = Curl::load();
  if (curl) return make(**curl, clock, std::move(settings));
  const Failure& why = curl.error();
  return std::unexpected(HttpFailure{.kind = HttpFailure::Kind::no_library,
                                     .what = why.error.what,
                                     .remedy = why.error.remedy,
                                     .lasting = why.lasting});
}

HttpConnection::Made HttpConnection::make(const Curl& curl, const Clock& clock, ConnectionSettings settings) {
  std::unique_ptr<HttpConnection> connection(new HttpConnection(curl, clock, std::move(settings)));
  connection->handle_ = curl.easy_init();
  if (connection->handle_ == nullptr || !connection->prepare())
    return std::unexpected(HttpFailure{.kind = HttpFailure::Kind::no_library,
                                       .what = "libcurl can't be set up: too little memory, or too old",
                                       .remedy = "the collector tries again"});
  return connection;
}

HttpConnection::~HttpConnection() {
  if (handle_ != nullptr) curl_.easy_cleanup(handle_);
}

template <typename Value>
bool HttpConnection::set(CURLoption option, Value value) {
  return curl_.easy_setopt(handle_, option, value) == CURLE_OK;
}

bool HttpConnection::prepare() {
  const long slow_time =
      std::max(1L, static_cast<long>(std::chrono::duration_cast<seconds>(settings_.timeout).count()));
  bool is_set =
      set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_ERRORBUFFER, what_) &&
      set(CURLOPT_PROTOCOLS_STR, "http,https") && set(CURLOPT_FOLLOWLOCATION, 0L) &&
      set(CURLOPT_TCP_KEEPALIVE, 1L) && set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)) &&
      set(CURLOPT_MAXCONNECTS, 1L) && set(CURLOPT_WRITEFUNCTION, &take_body) &&
      set(CURLOPT_HEADERFUNCTION, &take_header) && set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_second) &&
      set(CURLOPT_LOW_SPEED_TIME, slow_time);
  const auto set_file = [&](CURLoption option, const std::string& file) {
    if (!file.empty()) is_set = is_set && set(option, file.c_str());
  };
  set_file(CURLOPT_UNIX_SOCKET_PATH, settings_.unix_socket);
  set_file(CURLOPT_CAINFO, settings_.authority);
  set_file(CURLOPT_SSLCERT, settings_.certificate);
  set_file(CURLOPT_SSLKEY, settings_.key);
  return is_set;
}

std::expected<HttpAnswer, HttpFailure> HttpConnection::perform(const HttpRequest& request) {
  HttpAnswer answer;
  Body body{answer, request.largest_answer};
  const Duration whole = request.timeout.value_or(whole_request * settings_.timeout);
  const auto in_milliseconds = [](Duration d) {
    return static_cast<long>(std::chrono::duration_cast<milliseconds>(d).count());
  };
  const auto free_list = [this](curl_slist* list) { curl_.slist_free_all(list); };
  std::unique_ptr<curl_slist, decltype(free_list)> headers(nullptr, free_list);
  const auto add = [&](const std::string& line) {
    curl_slist* list = curl_.slist_append(headers.get(), line.c_str());
    if (list == nullptr) return false;
    headers.release();
    headers.reset(list);
    return true;
  };
  const bool posts = request.method == HttpRequest::Method::post;
  if (!fits_a_header(request.authorization))
    return std::unexpected(HttpFailure{.kind = HttpFailure::Kind::unsendable,
                                       .what =
                                           "nothing was sent: the token, user or password contains a line "
                                           "end or another control character",
                                       .lasting = true});
  bool is_set = add(std::string("User-Agent: ").append(user_agent())) && add("Expect:") &&
                (request.authorization.empty() || add("Authorization: " + request.authorization)) &&
                (!posts || add("Content-Type: " + request.content_type)) &&
                (!request.gzip || add("Content-Encoding: gzip"));
  is_set = is_set && set(CURLOPT_URL, request.url.c_str()) && set(CURLOPT_HTTPHEADER, headers.get()) &&
           set(CURLOPT_TIMEOUT_MS, in_milliseconds(whole)) &&
           set(CURLOPT_CONNECTTIMEOUT_MS,
               in_milliseconds(std::min(whole, std::min(settings_.timeout, longest_connecting)))) &&
           set(CURLOPT_WRITEDATA, &body) && set(CURLOPT_HEADERDATA, &answer);
  if (posts)
    is_set = is_set && set(CURLOPT_POST, 1L) && set(CURLOPT_POSTFIELDS, request.body.data()) &&
             set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  else
    is_set = is_set && set(CURLOPT_HTTPGET, 1L);
  what_[0] = '\0';
  const CURLcode code = is_set ? curl_.easy_perform(handle_) : CURLE_OUT_OF_MEMORY;
  set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));         // the list ends here
  const bool is_closed = code == CURLE_WRITE_ERROR && answer.is_cut;  // as asked for
  if (code != CURLE_OK && !is_closed) return std::unexpected(failure_of(code));
  curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_off_t uploaded = 0;
  curl_.easy_getinfo(handle_, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  const curl_off_t meant = posts ? static_cast<curl_off_t>(request.body.size()) : 0;
  if (answer.status / 100 == 2 && uploaded != meant)
    return std::unexpected(answered_too_early(uploaded, meant));
  answer.retry_after = retry_after(answer);
  return answer;
}

// An answer counts for what had been sent when it came.
HttpFailure HttpConnection::answered_too_early(std::int64_t sent, std::int64_t meant) const {
  return {
      .kind = HttpFailure::Kind::early,
      .what = fmt::format("{} answered after only {} of {} bytes had been sent, so it can't have them all",
                          settings_.url.text(), sent, meant)};
}

HttpFailure HttpConnection::failure_of(CURLcode code) const {
  const HttpFailure::Kind kind = kind_of(code);
  std::string why = what_[0] != '\0' ? what_ : curl_.easy_strerror(code);
  if (kind == HttpFailure::Kind::slow)
    why = fmt::format("no answer, or one that is too slow, within {} s", to_seconds(settings_.timeout));
  long error = 0;
  if (kind == HttpFailure::Kind::not_listening &&
      curl_.easy_getinfo(handle_, CURLINFO_OS_ERRNO, &error) == CURLE_OK && error != 0)
    why = std::generic_category().message(static_cast<int>(error));
  const std::string where = settings_.unix_socket.empty() ? settings_.url.text() : settings_.unix_socket;
  return {.kind = kind, .what = fmt::format("{}: {}", where, why), .lasting = is_lasting(kind)};
}

// Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after. A date is taken as the
// distance to the server's own present, where it tells that: the two clocks need not agree.
std::optional<Duration> HttpConnection::retry_after(const HttpAnswer& answer) const {
  const std::string_view text = answer.header("retry-after");
  if (text.empty()) return std::nullopt;
  if (const auto number = parse_unsigned(text))
    return std::min<Duration>(seconds(std::min<std::uint64_t>(*number, 1'000'000)), longest_pause);
  const std::time_t until = curl_.getdate(std::string(text).c_str(), nullptr);
  if (until < 0) return std::nullopt;
  std::time_t now = curl_.getdate(std::string(answer.header("date")).c_str(), nullptr);
  if (now < 0) now = static_cast<std::time_t>(unix_seconds(clock_.now().wall));
  return std::clamp<Duration>(seconds(until - now), Duration{}, longest_pause);
}

std::size_t HttpConnection::take_body(char* data, std::size_t size, std::size_t count, void* body) {
  const auto& [to, largest] = *static_cast<const Body*>(body);
  const std::size_t taken = std::min(size * count, largest.value_or(longest_body) - to.body.size());
  to.body.append(data, taken);
  to.is_cut |= taken < size * count;
  return largest ? taken : size * count;  // less than there is ends it
}

std::size_t HttpConnection::take_header(char* data, std::size_t size, std::size_t count, void* answer) {
  auto& to = *static_cast<HttpAnswer*>(answer);
  const std::string_view line(data, size * count);
  // A proxy's answer, or one that only says "go on", comes in front of the real one.
  if (line.starts_with("HTTP/")) to.headers.clear();
  const auto colon = line.find(':');
  if (colon != std::string_view::npos && to.headers.size() < most_headers)
    to.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return size * count;
}

}  // namespace collector::transport
