// What docker/compose.yaml wires together, by the files themselves: no engine is needed to see that they fit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>

#include "collector/app/catalog.h"
#include "collector/formats/json_reader.h"
#include "config/configuration.h"
#include "tests/packaging/compose_file.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

const Variables others{{"GRAFANA_PORT", "13000"},
                       {"INFLUX_PORT", "18086"},
                       {"POSTGRES_PORT", "15432"},
                       {"POSTGRES_PASSWORD", "Quite-Another-9"}};

std::filesystem::path folder() {
  return source_directory() / "docker";
}
ComposeFile compose(const Variables& given = {}) {
  return {folder() / "compose.yaml", given};
}

// Runs a check for each profile, with the variables' defaults and with other values.
template <typename Check>
void each_profile(const Check& check) {
  for (const Variables& given : {Variables(), others}) {
    const ComposeFile file = compose(given);
    EXPECT_EQ(file.profiles(), (std::set<std::string>{"influx", "postgres"}));
    for (const std::string& profile : file.profiles()) {
      SCOPED_TRACE(profile + (given.empty() ? "" : ", other ports"));
      std::map<std::string, Service> services;
      for (const Service& service : file.of_profile(profile))
        services.emplace(service.name, service);
      ASSERT_EQ(services.size(), 3U);
      check(services, profile, file);
    }
  }
}

using Services = std::map<std::string, Service>;

const Service& one_with(const Services& services, const std::string& prefix) {
  const auto found = services.lower_bound(prefix);
  if (found == services.end() || !found->first.starts_with(prefix))
    throw std::runtime_error("no service " + prefix);
  return found->second;
}

TEST(Compose, WhatIsMountedIsThereAndReadOnly) {
  each_profile([](const Services& services, const std::string&, const ComposeFile& file) {
    std::set<std::string> used;
    for (const auto& [name, service] : services) {
      for (const Mount& mount : service.mounts) {
        if (mount.is_volume()) {
          EXPECT_TRUE(file.volumes().contains(mount.source)) << name << ": " << mount.source;
          EXPECT_TRUE(used.insert(mount.source).second) << mount.source << " is used twice";
        } else {
          EXPECT_TRUE(std::filesystem::exists(mount.source)) << name << ": " << mount.source;
          EXPECT_TRUE(mount.read_only()) << name << ": " << mount.source;
        }
      }
    }
    EXPECT_EQ(used.size(), 2U) << "of the collector's state and the store's data";
  });
}

TEST(Compose, PortsAreThisMachinesAloneAndDoNotClash) {
  each_profile([](const Services& services, const std::string&, const ComposeFile&) {
    std::set<std::string> taken;
    for (const auto& [name, service] : services) {
      for (const PublishedPort& port : service.ports) {
        EXPECT_EQ(port.address, "127.0.0.1") << name;
        EXPECT_TRUE(taken.insert(port.port).second) << name << ": " << port.port;
      }
    }
    EXPECT_EQ(taken.size(), 2U) << "of the store and Grafana";
  });
}

TEST(Compose, ImagesAreOfAVersion) {
  const std::regex pinned(R"([a-z.]+/[a-z/]+:[0-9]+(\.[0-9]+)+)");
  const ComposeFile file = compose();
  for (const Service& service : file.services()) {
    if (service.node.find("build") == nullptr)
      EXPECT_TRUE(std::regex_match(service.text("image"), pinned)) << service.text("image");
    else
      EXPECT_TRUE(std::filesystem::exists(folder() / at(service.node, "build.context").text /
                                          at(service.node, "build.dockerfile").text));
  }
}

TEST(Compose, VariablesAreToldBesideIt) {
  const std::string told = read_file(folder() / ".env");
  const ComposeFile file = compose();
  for (const auto& [name, value] : file.defaults())
    EXPECT_NE(told.find(fmt::format("\n#{}={}\n", name, value)), std::string::npos) << name;
  EXPECT_EQ(file.defaults().size(), others.size());
}

TEST(Compose, NoPasswordStandsInItButTheDevelopmentOne) {
  const std::regex secret("PASSWORD|SECRET|TOKEN|PASSWD");
  int passwords = 0;
  const ComposeFile file = compose(others);
  for (const Service& service : file.services()) {
    for (const auto& [name, value] : service.environment) {
      if (!std::regex_search(name, secret)) continue;
      EXPECT_EQ(value, others.at("POSTGRES_PASSWORD")) << service.name << ": " << name;
      ++passwords;
    }
  }
  EXPECT_EQ(passwords, 3) << "the server's, the collector's and Grafana's";
  EXPECT_NE(read_file(folder() / "README.md").find("password `collector` is for trying it out"),
            std::string::npos);
}

TEST(Compose, TheCollectorRunsAsDocumented) {
  const std::string dockerfile = read_file(folder() / "Dockerfile");
  each_profile([&](const Services& services, const std::string&, const ComposeFile&) {
    const Service& collector = one_with(services, "collector-");
    EXPECT_EQ(collector.text("network_mode"), "host");
    EXPECT_EQ(collector.text("read_only"), "true");
    EXPECT_EQ(collector.texts("cap_drop"), std::vector<std::string>{"ALL"});
    EXPECT_EQ(collector.texts("security_opt"), std::vector<std::string>{"no-new-privileges:true"});
    EXPECT_TRUE(collector.ports.empty()) << "it is in the host's network";
    ASSERT_EQ(collector.health_check(), (std::vector<std::string>{"CMD", "/usr/bin/collector", "status"}));
    EXPECT_NE(dockerfile.find(R"(CMD ["/usr/bin/collector", "status"])"), std::string::npos);
    EXPECT_EQ(collector.on_host(collector.environment.at("HOST_ROOT")), "/");
    bool keeps_state = false;
    for (const Mount& mount : collector.mounts) {
      keeps_state = keeps_state || (mount.is_volume() && mount.target == "/var/lib/collector");
      EXPECT_TRUE(mount.source != "/" || mount.options == "ro,rslave") << mount.options;
    }
    EXPECT_TRUE(keeps_state);
  });
}

// The configuration that the collector is given passes `check` and leads to the store of its profile.
TEST(Compose, TheCollectorsConfigurationLeadsToTheStore) {
  each_profile([](const Services& services, const std::string& profile, const ComposeFile&) {
    const Service& collector = one_with(services, "collector-");
    // The machine's root is mounted in the container only.
    EXPECT_EQ(collector.environment.at("HOST_ROOT"), "/host");
    const Environment environment{[&](const std::string& name) -> std::optional<std::string> {
                                    if (name == "HOST_ROOT") return "/";
                                    const auto found = collector.environment.find(name);
                                    if (found != collector.environment.end()) return found->second;
                                    return std::nullopt;
                                  },
                                  "container"};
    const auto file = collector.on_host(collector.environment.at("COLLECTOR_CONFIG"));
    const auto configuration = load_configuration(file, catalog(), environment);
    ASSERT_TRUE(configuration) << configuration.error().front().text();
    ASSERT_EQ(configuration->sinks.size(), 2U);
    EXPECT_EQ(configuration->sinks[1].type, profile);

    ASSERT_EQ(collector.depends_on.size(), 1U);
    const auto& [name, condition] = *collector.depends_on.begin();
    const Service& store = services.at(name);
    EXPECT_EQ(condition, "service_healthy");
    EXPECT_FALSE(store.health_check().empty());
    ASSERT_EQ(store.ports.size(), 1U);
    const Settings& sink = configuration->sinks[1].settings;
    const std::string server = "127.0.0.1:" + store.ports[0].port;
    if (profile == "influx") {
      EXPECT_EQ(sink.text("url"), "http://" + server);
      EXPECT_EQ(sink.text("database"), store.environment.at("INFLUXDB_DB"));
    } else {
      EXPECT_EQ(sink.text("url"),
                fmt::format("postgresql://{}:{}@{}/{}", store.environment.at("POSTGRES_USER"),
                            store.environment.at("POSTGRES_PASSWORD"), server,
                            store.environment.at("POSTGRES_DB")));
    }
  });
}

TEST(Compose, GrafanaFindsTheStore) {
  each_profile([](const Services& services, const std::string& profile, const ComposeFile&) {
    const Service& grafana = one_with(services, "grafana-");
    const auto file = grafana.on_host("/etc/grafana/provisioning/datasources/collector.yaml");
    const TreeNode source = at(read_yaml_file(file), "datasources.0");
    ASSERT_EQ(grafana.depends_on.size(), 1U);
    const Service& store = services.at(grafana.depends_on.begin()->first);
    // Within the network of the containers.
    const std::string server = store.name + ":" + store.ports.at(0).inside;
    if (profile == "influx") {
      EXPECT_EQ(at(source, "type").text, "influxdb");
      EXPECT_EQ(at(source, "url").text, "http://" + server);
      EXPECT_EQ(at(source, "jsonData.dbName").text, store.environment.at("INFLUXDB_DB"));
    } else {
      EXPECT_EQ(at(source, "type").text, "postgres");
      EXPECT_EQ(at(source, "url").text, server);
      EXPECT_EQ(at(source, "user").text, store.environment.at("POSTGRES_USER"));
      EXPECT_EQ(at(source, "jsonData.database").text, store.environment.at("POSTGRES_DB"));
      EXPECT_EQ(at(source, "secureJsonData.password").text, "$POSTGRES_PASSWORD");
      EXPECT_EQ(grafana.environment.at("POSTGRES_PASSWORD"), store.environment.at("POSTGRES_PASSWORD"));
    }
  });
}

TEST(Compose, GrafanaFindsTheDashboards) {
  each_profile([](const Services& services, const std::string& profile, const ComposeFile&) {
    const Service& grafana = one_with(services, "grafana-");
    const auto file = grafana.on_host("/etc/grafana/provisioning/dashboards/collector.yaml");
    const std::string path = at(read_yaml_file(file), "providers.0.options.path").text;
    EXPECT_EQ(grafana.environment.at("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"), path + "/machine.json");
    std::set<std::string> uids;
    for (const char* name : {"/machine.json", "/collector.json"}) {
      const auto dashboard_file = grafana.on_host(path + name);
      EXPECT_EQ(dashboard_file.parent_path(), source_directory() / "examples/grafana");
      const auto dashboard = read_json_object(read_file(dashboard_file));
      ASSERT_TRUE(dashboard) << dashboard_file;
      uids.insert(dashboard->member("uid")->text);
      const JsonValue& source = dashboard->member("templating")->member("list")->items.at(0);
      EXPECT_EQ(source.member("type")->text, "datasource");
      EXPECT_EQ(source.member("query")->text, profile == "influx" ? "influxdb" : "postgres");
    }
    EXPECT_EQ(uids.size(), 2U);
  });
}

}  // namespace
}  // namespace collector::test
