#include "sinks/influx/offer.h"

#include <fmt/format.h>

#include <array>

#include "sinks/influx/http.h"

namespace collector::influx {
namespace {

constexpr std::array<std::string_view, 2> other_words{"influxdb", "victoriametrics"};

constexpr std::array<SetupQuestion, 2> database_questions{{
    {.name = "database",
     .question = "Its database (in InfluxDB 2: the bucket)",
     .usual = "telegraf",
     .required = true},
    {.name = "bucket", .question = ""},
}};
constexpr std::array<SetupQuestion, 2> user_questions{{
    {.name = "user", .question = "User", .required = true},
    {.name = "password", .question = "Password", .secret = true},
}};
constexpr std::array<SetupQuestion, 2> token_questions{{
    {.name = "token", .question = "Token", .secret = true, .required = true},
    {.name = "org", .question = "Organization (InfluxDB 2; Enter: none)"},
}};
constexpr std::array<std::string_view, 1> user_words{"1"};
constexpr std::array<std::string_view, 2> token_words{"2", "3"};
constexpr std::array<std::string_view, 2> no_words{"no", "n"};
constexpr std::array<SetupLogin, 3> logins{{
    {"user", "a user and a password (InfluxDB 1)", user_words, user_questions},
    {"token", "a token (InfluxDB 2 and 3, Cloud)", token_words, token_questions},
    {"none", "neither", no_words},
}};

std::string wrong_address(const std::string& address) {
  // In lower case as well as not, as Url::parse takes it.
  if (const auto scheme = address.find("://"); scheme == std::string::npos || scheme > 5)
    return "an address begins with http:// or https://; write it as http://127.0.0.1:8086 or "
           "https://example.org";
  const auto parsed = server_url(address);
  return parsed ? "" : parsed.error().text();
}

void take_apart(SetupValues& values) {
  const auto url = server_url(values["url"]);
  if (!url || url->user.empty()) return;
  if (values["user"].empty()) {
    values["user"] = url->user;
    values["password"] = url->password;
  }
  values["url"] = url->text();
}

}  // namespace

const SetupOffer& setup_offer() {
  static constexpr SetupOffer offer{
      .sentence = "InfluxDB 1, 2 or 3, or VictoriaMetrics, for Grafana",
      .also = other_words,
      .comment = "Every window is sent at once, under Telegraf's names. The database must exist.",
      .address = {.name = "url", .question = "Its address", .usual = "http://127.0.0.1:8086"},
      .stand_in = "http://127.0.0.1:8086",
      .wrong_address = wrong_address,
      .take_apart = take_apart,
      .questions = database_questions,
      .logins = logins,
  };
  return offer;
}

}  // namespace collector::influx
