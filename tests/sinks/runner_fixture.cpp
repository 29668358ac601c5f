#include "tests/sinks/runner_fixture.h"

#include <algorithm>

namespace collector::test {

using std::chrono::seconds;

RunnerTest::RunnerTest() {
  log::set_level(log::Level::error);
  settings_.name = "cloud";
  settings_.random = [] { return 0.5; };
  open_spool();
}

RunnerTest::~RunnerTest() {
  log::set_level(log::Level::info);
}

void RunnerTest::open_spool() {
  delivery_.reset();
  spool_.reset();
  Spool::Options options;
  options.directory = directory_.path();
  options.machine_id = "machine";
  options.clock = &clock_;
  options.series = &table_;
  options.may_write = [this] { return may_write_ ? Result<>() : fail("the disk takes nothing"); };
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool) << spool.error().text();
  spool_ = std::move(*spool);
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {}}};
  ASSERT_TRUE(spool_->set_sinks(sinks));
}

void RunnerTest::save_spool() const {
  std::filesystem::copy(
      directory_.path(), backup_.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
}

void RunnerTest::restore_spool() {
  delivery_.reset();
  spool_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path()))
    std::filesystem::remove(entry.path());
  std::filesystem::copy(backup_.path(), directory_.path());
  open_spool();
}

std::uint64_t RunnerTest::append() {
  Batch batch;
  batch.labels = {{"host", "laptop"}};
  second_ += 30;
  const auto cells = batch.add(row_of(table_.intern(net_measurement(), {{"interface", "eth0"}}), second_));
  cells[0] = counter_cell(1, 1, 1);
  const auto appended = spool_->append(batch, {});
  EXPECT_TRUE(appended) << appended.error().error.text();
  return appended ? (*appended)->origin.sequence : 0;
}

std::vector<std::uint64_t> RunnerTest::sequences(std::size_t count) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(append());
  return all;
}

Delivery& RunnerTest::delivery() {
  if (!delivery_)
    delivery_ = std::make_unique<Delivery>(settings_, *sink_, *spool_, clock_, record_,
                                           SinkCalls{.entering = [] {}, .leaving = [] { return true; }});
  return *delivery_;
}

void RunnerTest::new_process() {
  open_spool();
  sink_ = std::make_unique<FakeSink>(target_);
}

Delivery::Next RunnerTest::run(Delivery::Mode mode) {
  for (int i = 0; i < 1000; ++i)
    if (const auto next = delivery().step(mode); next.kind != Kind::step) return next;
  ADD_FAILURE() << "a thousand steps without an end";
  return {};
}

std::vector<std::string> RunnerTest::events() const {
  std::vector<std::string> texts;
  const auto events = spool_->events(100);
  if (!events) return texts;
  for (const SpoolEvent& event : *events)
    texts.push_back(event.text);
  return texts;
}

int RunnerTest::calls(const std::string& name) const {
  return static_cast<int>(
      std::ranges::count_if(target_->calls, [&](const std::string& call) { return call.starts_with(name); }));
}

}  // namespace collector::test
