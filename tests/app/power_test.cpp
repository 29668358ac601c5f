// On mains or on battery: what sysfs says of it, what the loop does then, and that no byte is lost over it.
#include "collector/app/power.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/app/loop_rig.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

// A sysfs of the test's own.
class Supplies {
 public:
  Supplies() { std::filesystem::create_directories(directory_ / "sys/class/power_supply"); }
  void set(const std::string& supply, const std::string& name, const std::string& value) const {
    test::write_file(directory_ / ("sys/class/power_supply/" + supply + "/" + name), value + "\n");
  }
  void laptop(bool plugged) const {
    set("AC", "type", "Mains");
    set("AC", "online", plugged ? "1" : "0");
    set("BAT0", "type", "Battery");
    set("BAT0", "status", plugged ? "Charging" : "Discharging");
  }
  Files files() const { return Files(directory_.path()); }
  Power power() const { return read_power(files()); }

 private:
  test::TemporaryDirectory directory_;
};

TEST(Power, OfALaptop) {
  const Supplies supplies;
  EXPECT_EQ(supplies.power(), Power::mains) << "nothing is told";
  supplies.laptop(true);
  EXPECT_EQ(supplies.power(), Power::mains);
  supplies.laptop(false);
  EXPECT_EQ(supplies.power(), Power::battery);
  supplies.set("ucsi", "type", "USB");
  supplies.set("ucsi", "online", "0");
  EXPECT_EQ(supplies.power(), Power::battery);
  supplies.set("ucsi", "online", "1");
  EXPECT_EQ(supplies.power(), Power::mains) << "a charger at the other socket";
}

TEST(Power, OfMachinesThatTellLess) {
  const Supplies tablet;  // a battery and no mains
  tablet.set("battery", "type", "Battery");
  tablet.set("battery", "status", "Discharging");
  EXPECT_EQ(tablet.power(), Power::battery);
  for (const char* status : {"Charging", "Full", "Not charging"}) {
    tablet.set("battery", "status", status);
    EXPECT_EQ(tablet.power(), Power::mains) << status;
  }
  const Supplies silent;
  silent.set("BAT0", "type", "Battery");
  EXPECT_EQ(silent.power(), Power::battery);
  silent.set("BAT0", "present", "0");
  EXPECT_EQ(silent.power(), Power::mains) << "it is taken out";
  EXPECT_EQ(read_power(Files("/nowhere")), Power::mains);
}

TEST(Power, BatteriesOfDevicesDoNotCount) {
  const Supplies desk;
  desk.set("mouse", "type", "Battery");
  desk.set("mouse", "scope", "Device");
  desk.set("mouse", "status", "Discharging");
  desk.set("ups", "type", "UPS");
  desk.set("ups", "status", "Discharging");
  EXPECT_EQ(desk.power(), Power::mains);
  // A mouse that charges does not make mains of a laptop that runs on its battery.
  desk.laptop(false);
  desk.set("mouse2", "type", "USB");
  desk.set("mouse2", "scope", "Device");
  desk.set("mouse2", "online", "1");
  EXPECT_EQ(desk.power(), Power::battery);
}

TEST(PowerWatch, BelievesAChangeThatLasts) {
  const Supplies supplies;
  supplies.laptop(true);
  const Files files = supplies.files();
  PowerWatch watch(files);
  BootTime now{1h};
  EXPECT_TRUE(watch.look(now));
  EXPECT_EQ(watch.power(), Power::mains);
  supplies.laptop(false);
  EXPECT_FALSE(watch.look(now += 1s)) << "not looked at so soon";
  EXPECT_FALSE(watch.look(now += 5s));
  supplies.laptop(true);
  EXPECT_FALSE(watch.look(now += 5s)) << "the plug was loose";
  supplies.laptop(false);
  EXPECT_FALSE(watch.look(now += 5s));
  EXPECT_TRUE(watch.look(now += 5s));
  EXPECT_EQ(watch.power(), Power::battery);
  EXPECT_FALSE(watch.look(now += 5s)) << "once for each change";
}

class PowerOfLoop : public testing::Test {
 protected:
  static LoopSettings settings() {
    return {.interval = 1s,
            .window = 10s,
            .flush = 10s,
            .labels = {},
            .battery_interval = 5s,
            .battery_flush = 30s};
  }
  PowerOfLoop()
      : rig_(directory_.path(), settings(), {{"sink", {}}}, test::fake_sampler_type(false), 100'000,
             supplies_.files()) {
    rig_.writer.start();
  }
  // Ticks as the timer makes them, with some bytes between.
  void live(Duration time) {
    const BootTime end = rig_.clock.now().boot + time;
    while (rig_.clock.now().boot < end) {
      const Instant now = rig_.clock.now();
      rig_.clock.advance(rig_.loop.next_tick(now) - now.boot);
      test::fake_kernel()->bytes += chance_() % 1000;
      rig_.loop.tick();
      ASSERT_TRUE(rig_.writer.drain(30s));
    }
  }
  std::int64_t stored() const {
    std::int64_t sum = 0;
    const auto batches = *rig_.spool->read("sink", 100'000'000);
    for (const BatchPtr& batch : batches)
      for (const Row& row : batch->rows)
        if (row.series->measurement().name == "fake") sum += batch->cells_of(row)[0].counter.delta;
    return sum;
  }
  std::optional<Power> told() const { return rig_.status.collect().tick->power; }

  std::mt19937 chance_{4};
  test::TemporaryDirectory directory_;
  Supplies supplies_;
  test::LoopRig rig_;
};

TEST_F(PowerOfLoop, TimesStretchOnBatteryAndReturn) {
  supplies_.laptop(true);
  live(20s);
  EXPECT_EQ(rig_.loop.interval(), 1s);
  const auto ticks = rig_.loop.figures().ticks;
  supplies_.laptop(false);
  live(20s);
  EXPECT_EQ(rig_.loop.interval(), 5s);
  EXPECT_EQ(rig_.loop.flush_every(), 30s);
  EXPECT_EQ(rig_.slots.front().interval(), 5s);
  EXPECT_EQ(told(), Power::battery);
  EXPECT_LT(rig_.loop.figures().ticks - ticks, 15U);
  supplies_.laptop(true);
  live(20s);
  EXPECT_EQ(rig_.loop.interval(), 1s);
  EXPECT_EQ(rig_.loop.flush_every(), 10s);
  EXPECT_EQ(rig_.slots.front().interval(), 1s);
  EXPECT_EQ(told(), Power::mains);
}

TEST_F(PowerOfLoop, NoByteIsLostOverAnyNumberOfChanges) {
  supplies_.laptop(false);
  rig_.loop.tick();
  const std::uint64_t first = test::fake_kernel()->bytes;
  for (int i = 0; i < 40; ++i) {
    supplies_.laptop(chance_() % 2 == 0);
    live(std::chrono::seconds(1 + chance_() % 40));
  }
  ASSERT_TRUE(rig_.loop.finish(30s));
  ASSERT_TRUE(rig_.writer.drain(30s));
  EXPECT_EQ(stored(), static_cast<std::int64_t>(test::fake_kernel()->bytes - first));
  const LoopFigures figures = rig_.loop.figures();
  EXPECT_EQ(figures.late_ticks, 0U);
  EXPECT_EQ(figures.grown_windows, 0U);
  const Status status = rig_.status.collect();
  EXPECT_EQ(status.ticks.missed, 0U) << "a longer interval misses nothing";
  EXPECT_EQ(status.tick->pipeline.rates.gaps, 0U);
}

TEST_F(PowerOfLoop, AReloadChangesItAndTakesItBack) {
  supplies_.laptop(false);
  LoopSettings other = settings();
  other.battery_interval = 2s;
  rig_.loop.adopt(other);
  live(20s);
  EXPECT_EQ(rig_.loop.interval(), 2s);
  other.battery_interval = other.battery_flush = Duration{};
  rig_.loop.adopt(other);
  EXPECT_EQ(rig_.loop.interval(), 1s);
  EXPECT_EQ(rig_.slots.front().interval(), 1s);
  live(5s);
  EXPECT_EQ(told(), std::nullopt) << "nobody looks";
  rig_.loop.adopt(settings());
  EXPECT_EQ(rig_.loop.interval(), 5s) << "at once: it was on battery all the time";
}

}  // namespace
}  // namespace collector
