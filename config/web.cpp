#include "config/web.h"

#include <array>
#include <memory>

#include "config/address.h"
#include "config/component_check.h"
#include "config/web_check.h"

namespace collector {
namespace {

constexpr std::array<std::string_view, 2> anonymous_words{"viewer", "never"};
constexpr std::array<Setting, 2> tls_table{{
    {.name = "certificate",
     .type = SettingType::path,
     .sentence = "The certificate and those between it and its root, in a file (PEM).",
     .required = true},
    {.name = "key", .type = SettingType::path, .sentence = "Its private key (PEM).", .required = true},
}};
constexpr std::array<Setting, 5> limits_table{{
    {.name = "connections",
     .type = SettingType::integer,
     .default_text = "64",
     .sentence = "The highest number of connections at a time.",
     .minimum = 4,
     .maximum = 100'000},
    {.name = "per_address",
     .type = SettingType::integer,
     .default_text = "16",
     .sentence = "The highest number of connections from one address.",
     .minimum = 1,
     .maximum = 100'000},
    {.name = "sockets",
     .type = SettingType::integer,
     .default_text = "16",
     .sentence = "The highest number of live streams (WebSocket) at a time.",
     .minimum = 1,
     .maximum = 100'000},
    {.name = "requests",
     .type = SettingType::integer,
     .default_text = "20",
     .sentence = "How many requests a client may make per second on average.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "burst",
     .type = SettingType::integer,
     .default_text = "60",
     .sentence = "How many requests a client that has been quiet may make at once.",
     .minimum = 1,
     .maximum = 1'000'000},
}};
constexpr std::array<Setting, 7> table{{
    {.name = "listen",
     .type = SettingType::text,
     .sentence = "An address and a port, such as 127.0.0.1:7373, where a browser finds the page. Default: "
                 "none, and nothing listens. Beyond this machine only with `tls` or `behind`, and a user "
                 "or a token (collector user add, collector token add)."},
    {.name = "names",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence = "Further names by which it is asked, such as collector.example.org. A request by another "
                 "name than these, an address or localhost is answered with 421."},
    {.name = "origins",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Other sites whose pages may read the API with a token, such as https://grafana.example.org."},
    {.name = "behind",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Addresses or networks (10.0.0.0/8) of the reverse proxies in front of it. Then every request "
         "needs a token, and the client's address is what they say (X-Forwarded-For, Forwarded)."},
    {.name = "anonymous",
     .type = SettingType::choice,
     .default_text = "viewer",
     .sentence = "Who may look without a token. viewer: whoever is on this machine, where nothing but this "
                 "machine reaches it, and asks for 127.0.0.1 or localhost; never: nobody.",
     .choices = anonymous_words},
    {.name = "tls",
     .type = SettingType::table,
     .sentence = "Serves over HTTPS. The files are read again when they change.",
     .children = tls_table},
    {.name = "limits",
     .type = SettingType::table,
     .sentence = "How much clients may take.",
     .children = limits_table},
}};

std::uint64_t number(const Settings& of, std::string_view name) {
  return static_cast<std::uint64_t>(of.integer(name));
}

}  // namespace

std::span<const Setting> web_settings() {
  return table;
}

std::optional<WebConfiguration> read_web(const Settings& settings, const TreeNode& root,
                                         const std::filesystem::path& state, const Catalog& catalog,
                                         const Environment& environment, Problems& problems) {
  const TreeEntry* const entry = root.find("web");
  const ComponentType itself{.name = "web", .settings = table, .check = mistakes_in_web};
  check_component(itself, settings, entry, "web", state, environment, catalog.measurements, problems);
  if (!settings.has("listen") || !is_address_and_port(settings.text("listen"))) return std::nullopt;
  WebConfiguration web;
  web.listen = settings.text("listen");
  if (is_beyond_loopback(web.listen) && catalog.may_anybody_sign_in != nullptr && !state.empty() &&
      catalog.may_anybody_sign_in(state) == false)
    problems.add(entry != nullptr ? place_of(entry->value, "listen") : Position{}, "web.listen",
                 "is reached from other machines, and there is nobody who may sign in",
                 "add a user with `collector user add NAME`, or a token with `collector token add NAME`");
  web.names = settings.list("names");
  web.origins = settings.list("origins");
  web.behind = settings.list("behind");
  web.is_anonymous_viewer = settings.text("anonymous") == "viewer";
  // One of the two may be missing, which is told already.
  if (settings.has("tls") && settings.table("tls").has("certificate") && settings.table("tls").has("key")) {
    web.certificate = (state / settings.table("tls").text("certificate")).lexically_normal();
    web.key = (state / settings.table("tls").text("key")).lexically_normal();
  }
  const Settings& limits = settings.table("limits");
  web.connections = number(limits, "connections");
  web.connections_per_address = number(limits, "per_address");
  web.sockets = number(limits, "sockets");
  web.requests_per_second = number(limits, "requests");
  web.burst = number(limits, "burst");
  return web;
}

Settings settings_of(const WebConfiguration& web) {
  Settings settings, limits;
  settings.set("listen", web.listen);
  settings.set("names", web.names);
  settings.set("origins", web.origins);
  settings.set("behind", web.behind);
  settings.set("anonymous", std::string(web.is_anonymous_viewer ? "viewer" : "never"));
  if (!web.certificate.empty()) {
    Settings tls;
    tls.set("certificate", web.certificate.string());
    tls.set("key", web.key.string());
    settings.set("tls", std::make_shared<const Settings>(std::move(tls)));
  }
  const auto whole = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  limits.set("connections", whole(web.connections));
  limits.set("per_address", whole(web.connections_per_address));
  limits.set("sockets", whole(web.sockets));
  limits.set("requests", whole(web.requests_per_second));
  limits.set("burst", whole(web.burst));
  settings.set("limits", std::make_shared<const Settings>(std::move(limits)));
  return settings;
}

}  // namespace collector
