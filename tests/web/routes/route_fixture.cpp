#include "tests/web/routes/route_fixture.h"

#include "collector/http/message.h"
#include "collector/web/answering.h"
#include "collector/web/history_access.h"
#include "tests/web/routes/document.h"

namespace collector::test {

RouteTest::RouteTest() {
  configuration_->host = "thinkpad";
  configuration_->interval = std::chrono::seconds(1);
  configuration_->sinks.push_back({.name = "local", .type = "sqlite", .common = {}, .settings = {}});
  auto layout = std::make_shared<Snapshot::Layout>();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->when = clock_.now();
  snapshot->layout = layout;
  snapshot_ = snapshot;
  sources_.status = [this] { return status_; };
  sources_.latest = [this] { return snapshot_; };
  sources_.configuration = [this] { return configuration_; };
  sources_.configuration_text = [] { return std::string("interval: 1s\n"); };
  sources_.now = [this] { return std::chrono::floor<std::chrono::seconds>(clock_.now().wall); };
  sources_.work = [](const std::function<void()>& job) {
    job();
    return true;
  };
  sources_.history = [this]() -> std::expected<history::HistoryFile, web::Problem> {
    if (!has_sink_)
      return std::unexpected(
          web::Problem{.status = 404, .type = "no-history", .title = "there is no history"});
    auto opened = history::HistoryFile::open(file(), {.at_most = std::chrono::seconds(30),
                                                      .cancelled = &cancelled_,
                                                      .most_buckets = 300'000,
                                                      .clock = &clock_});
    if (!opened) throw std::runtime_error(opened.error().text());
    return std::move(*opened);
  };
  sources_.stream = [](const http::Request&, const Caller&) {
    return http::Response{.status = 101, .type = "", .take_over = [](Descriptor, const std::string&) {}};
  };
  sources_.refused = [this] { return refused_; };
  sources_.plans = web::plans_of;
  sources_.access = &access_;
  sources_.reload = [this](const http::Reply& reply) {
    asked_for_.emplace_back("reload");
    reply({.status = 422, .body = "collector.yaml:1:1: x: wrong\n"});
  };
  sources_.replay = [this](const http::Request& request, const http::Reply& reply) {
    asked_for_.push_back("replay " + request.query.at("sink"));
    reply({.type = "application/json", .body = "{\"replayed_rows\": {\"cloud\": 3}, \"had_rows\": 3}\n"});
  };
}

http::Response RouteTest::get(const std::string& target, const std::string& method,
                              const http::Headers& headers, const std::string& body) {
  http::Request request{.method = method, .headers = headers};
  if (!http::parse_target(target, request)) throw std::runtime_error("no target: " + target);
  request.body = body;
  if (method != "GET" && http::count_of(headers, "Content-Type") == 0)
    request.headers.push_back({"Content-Type", "application/json"});
  http::Response response = answer(request);
  EXPECT_EQ(mistake_in_answer(method, request.path, response), "") << method << " " << target;
  return response;
}

http::Response RouteTest::answer(const http::Request& request) {
  const auto taken = web::take_request(web::routes(), request, caller_);
  if (!taken) return web::problem_response(taken.error(), request.path);
  if (taken->route->work != web::Work::later) return web::answer_request(*taken, request, caller_, sources_);
  http::Response answered;
  taken->route->answer_later({request, taken->read.values, caller_, sources_, taken->type, {}},
                             [&](http::Response response) { answered = std::move(response); });
  return answered;
}

JsonValue RouteTest::json(const std::string& target) {
  const http::Response response = get(target);
  EXPECT_EQ(response.status, 200U) << target << "\n" << response.body;
  EXPECT_EQ(response.type, "application/json") << target;
  const auto value = read_json_object(response.body.substr(0, response.body.size() - 1));
  EXPECT_TRUE(value) << target << "\n" << response.body.substr(0, 2000) << value.error().text();
  return value.value_or(JsonValue{});
}

JsonValue RouteTest::problem(const std::string& target, unsigned status) {
  const http::Response response = get(target);
  EXPECT_EQ(response.status, status) << target << "\n" << response.body.substr(0, 500);
  EXPECT_EQ(response.type, "application/problem+json") << target;
  const auto value = read_json_object(response.body.substr(0, response.body.size() - 1));
  EXPECT_TRUE(value) << response.body;
  return value.value_or(JsonValue{});
}

std::string RouteTest::mistaken(const std::string& target) {
  std::string names;
  const JsonValue told = problem(target, 422);
  if (const JsonValue* errors = told.member("errors"))
    for (const JsonValue& error : errors->items)
      names += (names.empty() ? "" : " ") + at(error, "parameter").text;
  return names;
}

std::string RouteTest::body(const std::string& target) {
  const http::Response response = get(target);
  EXPECT_EQ(response.status, 200U) << target << "\n" << response.body;
  if (!response.parts) return response.body;
  std::string all;
  for (bool is_over = false; !is_over;) {
    response.parts([&](std::optional<std::string> part) {
      EXPECT_TRUE(part) << target;
      is_over = !part || part->empty();
      if (part) all += *part;
    });
  }
  return all;
}

void RouteTest::feed_days() {
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t start = first_second; start < now_second; start += 300) {
    feed(maker, {"thinkpad", "eth0", start, 300, 3000, 300}, "physical");
    feed(maker, {"thinkpad", "wg0", start, 300, 600, 60}, "wireguard", 0, "eth0");
  }
  store(maker);
}

}  // namespace collector::test
