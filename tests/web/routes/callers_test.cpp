// Every route × everybody who may ask: who is refused, and what nobody is told who may not see it.
#include <algorithm>
#include <set>

#include "collector/web/route.h"
#include "tests/support/snapshot_feed.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

using web::Route;

struct Viewer {
  std::string name;
  Caller caller;
  std::vector<std::string> hidden;  // in any answer of any route
};

Caller limited(Role role, const std::string& host) {
  Caller caller = someone(role);
  caller.hosts = {host};
  return caller;
}

// Two machines, an application on one of them, and a collector with paths and targets to tell.
class Callers : public RouteTest {
 protected:
  Callers() {
    SinkStatus sink;
    sink.name = "cloud";
    sink.type = "postgres";
    sink.target = "secret.example.org:5432/secrets";
    sink.runner.last_error = "secret.example.org refused";
    status_.sinks.push_back(sink);
    status_.configuration.file = "/etc/secret/collector.yaml";
    status_.configuration.state = "/var/lib/secret";
    status_.configuration.problems = {"/etc/secret/collector.yaml:1:1: wrong"};
    status_.spool.events.push_back({{}, "gap", "rows of firefox were lost in /var/lib/secret"});
    configuration_->host = "thinkpad";
    sources_.configuration_text = [] { return std::string("secret: true\n"); };
    sources_.reload = [](const http::Reply& reply) { reply({.body = "reloaded\n"}); };
    sources_.replay = [](const http::Request&, const http::Reply& reply) {
      reply({.type = "application/json", .body = "{\"removed_rows\": 1}\n"});
    };
    feed_days();
    BatchMaker other;
    begin(other, "attic");
    for (std::int64_t start = attic_begins; start < now_second; start += 3600)
      feed(other, {"attic", "enp1s0", start, 3600, 360'000, 0}, "physical");
    store(other);
    feed_apps();
  }

  void feed_apps() {
    Field moved;
    moved.name = "bytes_recv";
    moved.kind = FieldKind::counter;
    moved.unit = "bytes";
    moved.sentence = "Bytes received";
    const auto apps = std::make_shared<const Measurement>(
        Measurement{"apps", "Traffic of each application", {{"app", "The application's name"}}, {moved}});
    BatchMaker maker;
    begin(maker, "thinkpad");
    maker.row(row_of(maker.series(apps, {{"app", "firefox"}}), 3600), {counter_cell(1000, 0, 1)});
    store(maker);
    series_ = {table_.intern(apps, {{"app", "firefox"}}),
               table_.intern(net_measurement(), {{"interface", "eth0"}, {"kind", "physical"}})};
    Sample sample;
    sample.taken = clock_.now();
    for (const SeriesPtr& one : series_)
      sample.add({.series = one.get()})[0] = Value::counter(7);
    feed_.take(sample);
    feed_.publish(1, clock_.now());
    snapshot_ = feed_.latest();
  }

  // A route as a client asks it, and as one asks who looks for what others have.
  static std::vector<std::string> targets_of(const Route& route) {
    std::string path(route.path);
    const auto put = [&](std::string_view name, std::string_view value) {
      if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
    };
    put("{year}", "2026");
    put("{id}", "thinkpad");
    put("*", "style.css");
    // Graphite's, which have to be given something.
    for (const web::Parameter& parameter : route.parameters)
      if (parameter.name == "target" || parameter.name == "query") {
        std::vector<std::string> asked;
        for (const char* pattern : {"collector.*.*", "collector.*.*.*.*", "collector.*.net.*.*.*.*.rate",
                                    "collector.*.apps.*.*", "collector.thinkpad.*.*"})
          asked.push_back(fmt::format("{}?{}={}", path, parameter.name, pattern));
        return asked;
      }
    std::vector<std::string> targets{path};
    const auto has = [&](std::string_view name) {
      return std::ranges::find(route.parameters, name, &web::Parameter::name) != route.parameters.end();
    };
    const std::string all = has("from") && route.path != "/api/v1/periods" ? "from=all&" : "";
    if (has("host"))
      targets.insert(targets.end(), {path + "?" + all + "host=*", path + "?" + all + "host=thinkpad"});
    if (has("by"))
      targets.insert(targets.end(), {path + "?" + all + "by=host", path + "?" + all + "by=interface",
                                     path + "?" + all + "by=app&measurement=apps"});
    if (has("measurement")) targets.push_back(path + "?" + (has("from") ? all : "") + "measurement=apps");
    if (has("where")) targets.push_back(path + "?" + all + "where=host%3D%2A");
    if (has("measurements")) targets.push_back(path + "?measurements");
    if (has("of"))
      targets.insert(targets.end(), {path + "?of=host&from=all", path + "?of=interface&from=all"});
    if (has("format"))
      for (const web::Parameter& parameter : route.parameters)
        if (parameter.name == "format")
          for (const std::string_view format : parameter.choices)
            targets.push_back(path + "?" + all + "format=" + std::string(format));
    return targets;
  }
  // Header and body, in one text.
  std::string told(const Route& route, const std::string& target) {
    http::Response response = get(target, std::string(route.method));
    std::string text = response.body;
    for (const http::Header& header : response.headers)
      text += header.name + ": " + header.value + "\n";
    for (bool is_over = !response.parts; !is_over;)
      response.parts([&](const std::optional<std::string>& part) {
        is_over = !part || part->empty();
        text += part.value_or("");
      });
    status_told_ = response.status;
    return text;
  }

  static constexpr std::int64_t attic_begins = first_second + 86'400;
  SeriesTable table_;
  std::vector<SeriesPtr> series_;
  SnapshotFeed feed_{table_};
  unsigned status_told_ = 0;
};

TEST_F(Callers, AreToldWhatIsTheirsAndNothingElse) {
  const std::vector<Viewer> viewers{
      {"anonymous", someone(Role::viewer, true), {"firefox", "secret"}},
      {"viewer", someone(Role::viewer), {}},
      {"viewer of another host",
       limited(Role::viewer, "att*"),
       {"thinkpad", "eth0", "wg0", "firefox", "secret"}},
      {"viewer of this host", limited(Role::viewer, "thinkpad"), {"attic", "enp1s0", "secret"}},
      {"operator", someone(Role::operating), {}},
      {"operator of another host",
       limited(Role::operating, "attic"),
       {"thinkpad", "eth0", "firefox", "secret"}},
      {"admin", someone(Role::admin), {}},
      {"admin of another host", limited(Role::admin, "attic"), {"thinkpad", "eth0", "firefox", "secret"}},
      {"admin of this host", limited(Role::admin, "thinkpad"), {"attic", "enp1s0", "secret"}}};
  std::map<std::string, std::set<std::string>> seen;  // by viewer
  for (const Viewer& viewer : viewers)
    for (const Route* route : web::routes()) {
      if (route->needs == Permission::nothing) continue;
      caller_ = viewer.caller;
      const bool is_refused =
          !caller_.may(route->needs) || (route->needs == Permission::administer && !caller_.hosts.empty());
      if (route->method != "GET" && !is_refused) continue;  // what is done is told to whoever may do it
      for (const std::string& target : targets_of(*route)) {
        const std::string text = told(*route, target);
        if (is_refused) {
          EXPECT_EQ(status_told_, 403U) << viewer.name << " " << target;
        } else if (target == route->path && viewer.hidden.empty()) {
          EXPECT_EQ(status_told_, route->path == "/healthz" ? 503U : route->status)
              << viewer.name << " " << target << text.substr(0, 300);
        }
        for (const char* word : {"thinkpad", "attic", "eth0", "wg0", "enp1s0", "firefox", "secret"})
          if (text.find(word) != std::string::npos && target.find(word) == std::string::npos)
            seen[viewer.name].insert(word);
        for (const std::string& word : viewer.hidden) {
          const bool is_told = text.find(word) != std::string::npos && target.find(word) == std::string::npos;
          EXPECT_FALSE(is_told) << viewer.name << " is told " << word << " by " << route->method << " "
                                << target << "\n"
                                << text.substr(0, 1500);
        }
      }
    }
  // What is hidden from some is there to be told.
  EXPECT_EQ(seen["admin"],
            (std::set<std::string>{"thinkpad", "attic", "eth0", "wg0", "enp1s0", "firefox", "secret"}));
  EXPECT_EQ(seen["viewer"], seen["admin"]);
  EXPECT_EQ(seen["anonymous"], (std::set<std::string>{"thinkpad", "attic", "eth0", "wg0", "enp1s0"}));
  EXPECT_EQ(seen["viewer of another host"], (std::set<std::string>{"attic", "enp1s0"}));
  EXPECT_EQ(seen["viewer of this host"], (std::set<std::string>{"thinkpad", "eth0", "wg0", "firefox"}));
}

// Nor since when others are known, or what is measured there alone.
TEST_F(Callers, TheHistoryOfALimitedTokenIsThatOfItsHosts) {
  caller_ = limited(Role::viewer, "att*");
  const JsonValue catalog = json("/api/v1/catalog");
  EXPECT_EQ(at(catalog, "from").integer, attic_begins);
  ASSERT_EQ(at(catalog, "measurements").items.size(), 1U);
  EXPECT_EQ(at(catalog, "measurements", 0, "name").text, "net");
  EXPECT_EQ(at(json("/api/v1/overview"), "history", "from").integer, attic_begins);
  EXPECT_EQ(mistaken("/api/v1/usage?measurement=apps"), "measurement");
  caller_ = limited(Role::viewer, "thinkpad");
  EXPECT_EQ(at(json("/api/v1/catalog"), "from").integer, first_second);
  EXPECT_EQ(at(json("/api/v1/catalog"), "measurements").items.size(), 2U);
  EXPECT_EQ(get("/api/v1/usage?measurement=apps&by=app&from=all").status, 200U);
}

// Who delivers, and who is not known.
TEST_F(Callers, WhoMayReadNothingIsToldNothing) {
  std::vector<Viewer> strangers{{"nobody", someone(std::nullopt, true), {}}};
  for (const Role role : {Role::agent, Role::forwarder, Role::ingest})
    strangers.push_back({std::string(name_of(role)), someone(role), {}});
  for (const Viewer& stranger : strangers)
    for (const Route* route : web::routes()) {
      if (route->needs == Permission::nothing) continue;
      caller_ = stranger.caller;
      for (const std::string& target : targets_of(*route)) {
        const std::string text = told(*route, target);
        EXPECT_EQ(status_told_, stranger.caller.role ? 403U : 401U) << stranger.name << " " << target;
        for (const char* word : {"thinkpad", "attic", "eth0", "firefox", "secret"})
          EXPECT_TRUE(text.find(word) == std::string::npos || target.find(word) != std::string::npos)
              << stranger.name << " " << target << text;
      }
    }
}

}  // namespace
}  // namespace collector::test
