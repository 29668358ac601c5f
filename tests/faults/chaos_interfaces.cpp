// What happens to interfaces.
#include "tests/faults/chaos.h"

namespace collector::test {

std::string Chaos::next_name(const char* family) {
  return family + std::to_string(++names_);
}

void Chaos::plug_and_use(const std::string& one, const std::string& other) {
  world_.interfaces().plug(one, other, world_.listens());
  Interfaces::use(one, other, static_cast<unsigned>(draw(0, 1'000'000)));
}

void Chaos::come_and_go(int pairs) {
  for (int i = 0; i < pairs; ++i) {
    const std::string name = next_name("fs");
    plug_and_use(name + "a", name + "b");
    if (i % 2 == 0) Interfaces::use(name + "a", name + "b", static_cast<unsigned>(i));
    world_.interfaces().unplug(name + "a", name + "b", world_.listens());
  }
}

// Stays until the next one comes, or for good.
void Chaos::hot_plug() {
  if (!plugged_.empty()) world_.interfaces().unplug(plugged_ + "a", plugged_ + "b", world_.listens());
  plugged_ = next_name("fh");
  plug_and_use(plugged_ + "a", plugged_ + "b");
  run_for(std::chrono::milliseconds(draw(1, 400)));
  Interfaces::use(plugged_ + "a", plugged_ + "b", static_cast<unsigned>(draw(0, 1'000'000)));
}

void Chaos::renamed() {
  const std::string name = next_name("fr");
  plug_and_use(name + "a", name + "b");
  run_for(std::chrono::milliseconds(draw(1, 300)));
  world_.interfaces().rename(name + "a", name + "x");
  Interfaces::use(name + "x", name + "b", static_cast<unsigned>(draw(0, 1'000'000)));
  run_for(std::chrono::milliseconds(draw(1, 300)));
  world_.interfaces().rename(name + "b", name + "a");
  Interfaces::use(name + "x", name + "a", static_cast<unsigned>(draw(0, 1'000'000)));
  if (draw(0, 1) == 0) world_.interfaces().unplug(name + "x", name + "a", world_.listens());
}

// Deleted, and there again under the same name.
void Chaos::made_again() {
  for (int i = draw(2, 4); i > 0; --i) {
    plug_and_use("fm0", "fm1");
    run_for(std::chrono::milliseconds(draw(0, 150)));
    world_.interfaces().unplug("fm0", "fm1", world_.listens());
  }
}

void Chaos::short_lived() {
  come_and_go(draw(5, 25));
}

void Chaos::two_hundred_short_lived() {
  come_and_go(200);
}

// More interfaces than the table has room for, over a restart: from then on, up to the next edit, some are
// counted together, and which ones may change with every start.
void Chaos::series_table_full() {
  constexpr std::size_t pairs = 70;
  while (many_.size() < pairs) {
    many_.push_back(next_name("fz"));
    world_.interfaces().plug(many_.back() + "a", many_.back() + "b", world_.listens());
  }
  const auto use_all = [this] {
    for (const std::string& name : many_)
      Interfaces::use(name + "a", name + "b", static_cast<unsigned>(draw(0, 1'000'000)));
  };
  World::Edit edit;
  edit.top = "series_limit: 100\n";
  if (free("configuration")) world_.configure(edit);
  use_all();
  end_process();
  use_all();
  world_.start();
}

// More at once than the limited pair is believed to carry: set aside, unless the tick is late enough.
void Chaos::burst() {
  world_.burst();
}

// Somebody else holds the kernel's lock: every reading of interfaces is late, and nothing else.
void Chaos::rtnetlink_slow() {
  const int steps = draw(1, 3);
  const std::chrono::milliseconds delay(draw(20, 900));
  if (!free("rtnetlink")) return;
  world_.controls().slow_rtnetlink(delay);
  last({"rtnetlink", steps, [this] { world_.controls().slow_rtnetlink(std::chrono::milliseconds(0)); }});
}

}  // namespace collector::test
