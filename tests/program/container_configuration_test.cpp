// The configurations that docker/compose.yaml mounts, with the environment it gives, against real servers on
// other ports: the rows arrive, and the mounted dashboards find this machine.
#include <gtest/gtest.h>

#include "collector/formats/json_reader.h"
#include "tests/program/shipped_configuration.h"
#include "tests/support/files.h"
#include "tests/support/influx_server.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

std::filesystem::path configuration(const std::string& name) {
  return source_directory() / "docker/configuration" / name;
}

// The query behind a dashboard's choice of a machine.
std::string machine_query(const std::string& dashboard) {
  const auto read = read_json_object(read_file(source_directory() / "examples/grafana" / dashboard));
  if (!read) throw std::runtime_error(dashboard + ": " + read.error().what);
  for (const JsonValue& variable : read->member("templating")->member("list")->items)
    if (variable.member("name")->text == "host") return variable.member("query")->text;
  throw std::runtime_error(dashboard + " has no choice of a machine");
}

std::string host_name() {
  std::string name = read_file("/proc/sys/kernel/hostname");
  name.pop_back();  // the line's end
  return name;
}

TEST(ContainerConfiguration, InfluxGetsTheRows) {
  ShippedConfiguration run(configuration("influx.yaml"));
  const InfluxServer server;
  run.set("INFLUX_PORT", std::to_string(server.port()));
  run.set("HOST_ROOT", "/");
  run.measure();
  EXPECT_EQ(server.number("SELECT last(bytes_sent) - first(bytes_sent) FROM net WHERE interface = 'eth0'"),
            ShippedConfiguration::sent);
  const std::string machines = server.query(machine_query("influxql-machine.json"));
  EXPECT_NE(machines.find("\"" + host_name() + "\""), std::string::npos) << machines;
}

TEST(ContainerConfiguration, PostgresGetsTheRows) {
  ShippedConfiguration run(configuration("postgres.yaml"));
  const PostgresServer server;
  run.set("POSTGRES_PORT", std::to_string(server.port()));
  run.set("POSTGRES_PASSWORD", std::string(PostgresServer::password));
  run.set("HOST_ROOT", "/");
  run.measure();
  EXPECT_EQ(server.query("SELECT sum(bytes_sent) FROM collector.net WHERE interface = 'eth0'"),
            std::to_string(ShippedConfiguration::sent));
  EXPECT_EQ(server.query(machine_query("postgres-machine.json")), host_name());
}

}  // namespace
}  // namespace collector::test
