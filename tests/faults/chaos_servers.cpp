// What happens to a server at the other end of a connection, and to the configuration.
#include <csignal>

#include "collector/cli/exit_code.h"
#include "tests/faults/chaos.h"
#include "tests/support/network.h"

namespace collector::test {

void Chaos::server_fault(PointServer::Manner manner) {
  const int steps = draw(1, 3);
  if (!free("server")) return;
  world_.point_server().behave(manner);
  last({"server", steps, [this] { world_.point_server().behave(PointServer::Manner::well); }});
}

// What is under way is lost, and nobody can connect.
void Chaos::network_down() {
  const int steps = draw(1, 3);
  if (!free("network")) return;
  ip_link("set lo down");
  last({"network", steps, [] { ip_link("set lo up"); }});
}

void Chaos::edit() {
  World::Edit edit;
  if (draw(0, 3) == 0) edit.interval = "200ms";
  if (draw(0, 2) == 0) edit.window = "2s";
  if (draw(0, 2) == 0) edit.top = "tags: {site: attic}\n";
  if (draw(0, 1) == 0) edit.samplers = "  system: {}\n";
  if (draw(0, 2) == 0) edit.local = ", max_rows: 500";
  if (draw(0, 2) == 0) edit.archive = ", compress: none";
  if (draw(0, 2) == 0) edit.limits = ", none: 1Gbit/s";
  if (draw(0, 2) == 0) edit.sinks = "  extra: {type: sqlite, path: extra.db}\n";
  const bool told = draw(0, 1) == 0;
  if (!free("configuration")) return;
  world_.configure(edit);
  // Otherwise it is noticed.
  if (told) world_.hang_up();
}

// As it stays broken for a while, one that is started meanwhile ends at once.
void Chaos::broken_edit() {
  static constexpr std::array mistakes{"nonsense: 1\n", "  broken: {type: sqlite\n",
                                       "  broken: {type: mysql}\n", "  archive: {type: json}\n", "\t\x01\n"};
  const int steps = draw(1, 2);
  const char* mistake = mistakes.at(static_cast<std::size_t>(draw(0, static_cast<int>(mistakes.size()) - 1)));
  const bool told = draw(0, 1) == 0;
  if (!free("configuration")) return;
  world_.break_configuration(mistake);
  if (told) world_.hang_up();
  last({"configuration", steps, [this] { world_.mend_configuration(); }, {exit_code::configuration}});
}

}  // namespace collector::test
