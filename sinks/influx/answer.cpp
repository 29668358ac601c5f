#include "sinks/influx/answer.h"

#include <fmt/format.h>

#include <utility>

#include "collector/formats/json_reader.h"
#include "config/mask.h"
#include "sinks/influx/refusal.h"

namespace collector::influx {
namespace {

using Kind = Verdict::Kind;

bool is_web_page(const HttpAnswer& answer) {
  const auto begin = answer.body.find_first_not_of(" \t\r\n");
  return answer.header("content-type").starts_with("text/html") ||
         (begin != std::string::npos && answer.body[begin] == '<');
}

// Whoever answers says that it is a database of this family.
bool names_itself(const HttpAnswer& answer) {
  for (const std::string_view header : {"x-influxdb-version", "x-influxdb-build", "cluster-uuid"})
    if (!answer.header(header).empty()) return true;
  return false;
}

// 204 is what all of them say, and hardly anybody else. 200 is what anything says that stands in between (a
// proxy, a log-in page): it counts only from who names itself, or with an empty JSON object, and never beside
// an error, which InfluxDB 1.x before 1.0 said that way. 202 is a promise.
bool is_success(const HttpAnswer& answer) {
  if (answer.status == 204) return true;
  if (answer.status != 200 || is_web_page(answer)) return false;
  const auto begin = answer.body.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return names_itself(answer);
  const auto body = read_json_object(std::string_view(answer.body).substr(begin));
  if (!body) return false;
  return body->members.empty() || (names_itself(answer) && body->member("error") == nullptr);
}

// The server's own text, whole. It is long when it names many lines.
std::string message_of(const HttpAnswer& answer) {
  if (answer.body.starts_with('{'))
    if (const auto body = read_json_object(answer.body))
      for (const std::string_view key : {"error", "message"})
        if (const JsonValue* text = body->member(key); text != nullptr && !text->text.empty())
          return text->text;
  if (!answer.body.empty() && !is_web_page(answer)) return answer.body;
  return std::string(answer.header("x-influxdb-error"));
}

class Failing {
 public:
  Failing(const HttpAnswer& answer, const Destination& destination, Version version)
      : answer_(answer), destination_(destination), version_(version) {}

  SinkFailure failure() const {
    const long status = answer_.status;
    if (status / 100 == 2)
      return is_web_page(answer_)
                 ? hold(
                       "this is a web page, not a database: a captive portal, a proxy, or the wrong address?",
                       "check url:, or log in to the network")
                 : hold("this is not the answer of a database that has stored something",
                        "check url:, and any proxy between this machine and the server");
    if (status / 100 == 3)
      return hold(
          fmt::format("it redirects to {}", showable(std::string(answer_.header("location")), destination_)),
          "nothing was sent there; if that is right, put it in url:");
    if (status == 401) return about_request(RequestFault::login);
    if (status == 403) return about_request(RequestFault::rights);
    if (status == 404) return not_found();
    if (status == 407) return hold("the proxy wants a login", "put it in http_proxy or https_proxy");
    if (message_of(answer_).contains("retention policy not found"))
      return hold("there is no such retention policy", "create it, or correct retention_policy:");
    if (status / 100 == 4 && status != 408 && status != 429)
      if (const auto fault = request_fault(message_of(answer_)); fault != RequestFault::none)
        return about_request(fault);
    if (status == 408 || status == 429 || status == 503) return later("it is busy", "rows wait in the spool");
    if (status / 100 == 5)
      return later("it has an internal error", "look at the server's log; the collector tries again");
    return about_request(RequestFault::form);
  }

 private:
  SinkFailure make(std::string_view what, std::string remedy) const {
    const std::string words = showable(message_of(answer_), destination_);
    return {.what = fmt::format("{} answers {}: {}{}{}{}",
                                destination_.url.text() + std::string(path_of(version_)), answer_.status,
                                what, words.empty() ? "" : " (", words, words.empty() ? "" : ")"),
            .remedy = std::move(remedy),
            .retry_after = {},
            .hold = false};
  }
  SinkFailure hold(std::string_view what, std::string remedy) const {
    SinkFailure failure = make(what, std::move(remedy));
    failure.hold = true;
    return failure;
  }
  SinkFailure later(std::string_view what, std::string remedy) const {
    SinkFailure failure = make(what, std::move(remedy));
    failure.retry_after = answer_.retry_after;
    return failure;
  }
  SinkFailure about_request(RequestFault fault) const {
    switch (fault) {
      case RequestFault::login:
        return hold("it refuses the login", credentials());
      case RequestFault::rights:
        return hold(
            "this login may not write there",
            fmt::format("give the {} the right to write to {}", destination_.token.empty() ? "user" : "token",
                        place_of(destination_, version_)));
      case RequestFault::place:
        return hold(fmt::format("it can't write to {}", place_of(destination_, version_)),
                    "check url:, database:, bucket:, org: and retention_policy:");
      case RequestFault::form:
      case RequestFault::none:
        break;
    }
    return hold("it refuses this request", "check url:, version: and what is between us and the server");
  }
  std::string credentials() const {
    if (version_ == Version::one) return "check user: and password: (or token:)";
    return "check token:";
  }
  SinkFailure not_found() const {
    if (is_unknown_path(answer_))
      return hold("there is no such path", "check url:, and version: (auto finds it)");
    const std::string place = place_of(destination_, version_);
    if (version_ == Version::two)
      return hold(fmt::format("there is no {}, or no such org", place),
                  "create it (influx bucket create -n NAME -o ORG), or correct bucket: and org:");
    const std::string name = place.substr(place.find(' ') + 1);
    return hold(
        fmt::format("there is no {}", place),
        fmt::format("create it (influx -execute 'CREATE DATABASE \"{}\"'), or correct database:", name));
  }

  const HttpAnswer& answer_;
  const Destination& destination_;
  Version version_;
};

}  // namespace

std::string showable(std::string text, const Destination& destination) {
  // A proxy may repeat the header that they were sent in.
  std::string sent = authorization(destination, Version::one);
  sent.erase(0, sent.find(' ') + 1);
  for (const std::string* secret : {&destination.token, &destination.password, &std::as_const(sent)})
    mask_secret(text, *secret);
  constexpr std::size_t longest = 300;
  if (text.size() > longest) text.resize(longest);
  return mask_credentials(collector::showable(text));
}

Verdict judge(const HttpAnswer& answer, const Destination& destination, Version version) {
  Verdict verdict;
  if (is_success(answer)) return verdict;
  verdict.message = message_of(answer);
  // 2.x says 422, and its first release said 500: https://github.com/influxdata/influxdb/issues/19779
  const bool is_refusal = answer.status == 400 || answer.status == 422 ||
                          (answer.status == 500 && verdict.message.contains("partial write:"));
  verdict.kind = answer.status == 413 ? Kind::too_large : Kind::failed;
  if (is_refusal && !is_unknown_path(answer) && request_fault(verdict.message) == RequestFault::none)
    verdict.kind = Kind::refused;
  verdict.failure = Failing(answer, destination, version).failure();
  return verdict;
}

Verdict judge_greeting(const HttpAnswer& answer, const Destination& destination, Version version) {
  Verdict verdict = judge(answer, destination, version);
  if (verdict.kind == Kind::refused) verdict = {};  // no lines are nothing that it could take
  if (verdict.kind == Kind::too_large) verdict.kind = Kind::failed;
  return verdict;
}

}  // namespace collector::influx
