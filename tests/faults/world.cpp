#include "tests/faults/world.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "collector/cli/exit_code.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t megabyte = std::size_t{1} << 20;

// What stands behind `key` in /proc/<pid>/status; "0" when the process is gone.
std::string kernel_status(pid_t pid, const std::string& key) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key + ":")) return line.substr(key.size() + 1);
  return "0";
}

// Whether SIGHUP is for the process to read: before main() has begun it would end it.
bool blocks_hang_up(pid_t pid) {
  return (std::stoull(kernel_status(pid, "SigBlk"), nullptr, 16) & 1U << (SIGHUP - 1)) != 0;
}

// Whether it has got as far as its loop, by what it has said.
bool runs(const std::string& err) {
  return err.find("message=\"version ") != std::string::npos;
}

std::string end_of(const Finished& finished) {
  return "exit code " + std::to_string(finished.exit_code) + ", signal " + std::to_string(finished.signal) +
         "\n" + finished.err;
}

}  // namespace

bool soak_progress() {
  return std::getenv("COLLECTOR_SOAK_PROGRESS") != nullptr;
}

void Disk::fill() const {
  const int file = open((path / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(65536, 'x');
  for (std::size_t size = block.size(); size >= 1; size /= 16)
    while (write(file, block.data(), size) > 0)
      continue;
  close(file);
}

void Disk::make_room() const {
  std::filesystem::remove(path / "filler");
}

World::World(unsigned seed) {
  enter_private_network();
  for (const std::string pair : {"fp", "fq"}) {
    ip_link("add " + pair + "0 type veth peer name " + pair + "1");
    ip_link("set " + pair + "0 up");
    ip_link("set " + pair + "1 up");
  }
  const std::filesystem::path top = installation_.config_file().parent_path();
  state_ = std::make_unique<Disk>(installation_.state(), 24 * megabyte);
  history_ = std::make_unique<Disk>(top / "history", 64 * megabyte);
  archive_ = std::make_unique<Disk>(top / "archive", 32 * megabyte);
  small_ = std::make_unique<Disk>(top / "small", 32 * megabyte);
  controls_ = std::make_unique<FaultControls>(
      std::vector{state_->path, history_->path, archive_->path, small_->path});
  json_ = std::make_unique<JsonArchive>(archive_->path / "json");
  points_ = std::make_unique<PointServer>();
  configure(Edit{});
  start();
  const auto has_baselines = [&] {
    return std::filesystem::exists(state_->path / "spool.db") &&
           installation_.query("spool.db", "SELECT count(*) FROM sqlite_master WHERE name='baseline'") > 0 &&
           installation_.query("spool.db",
                               "SELECT count(*) FROM baseline JOIN series ON series.id = baseline.series "
                               "WHERE measurement = 'net' AND tags LIKE '%fq%'") > 0;
  };
  if (!eventually(has_baselines)) throw std::runtime_error("no baselines: " + process_->err());
  interfaces_.adopt("fp0", "fp1");
  interfaces_.adopt("fq0", "fq1");
  traffic_ = std::make_unique<Traffic>("fp0", "fp1", seed);
  burst_sender_ = std::make_unique<FrameSender>("fq0");
}

World::~World() {
  for (const Disk* disk : {state_.get(), history_.get(), archive_.get(), small_.get()})
    controls_->lift(disk->path);
  controls_->stall_stderr(false);
}

std::string World::text_of(const Edit& edit) const {
  return "interval: " + edit.interval + "\nwindow: " + edit.window + "\nflush: " + edit.window +
         "\nshutdown: {deadline: " + edit.deadline + "}\n" + edit.top +
         "samplers:\n"
         "  default: off\n"
         "  net: {interfaces: {include: [\"f*\"]}, max_rate: {\"fq*\": 8Mbit/s" +
         edit.limits +
         "}}\n"
         "  mem: {}\n"
         "  kernel: {interval: 1s}\n" +
         edit.samplers +
         "sinks:\n"
         "  local: {type: sqlite, path: " +
         database_file().string() + ", keep: {age: 30d}" + edit.local +
         "}\n  archive: {type: json, directory: " + (archive_->path / "json").string() +
         ", rotate: 1h, rotate_size: 256KiB, keep: {age: 30d}" + edit.archive +
         "}\n  small: {type: sqlite, path: " + (small_->path / "collector.db").string() +
         ", backlog: {size: 8KiB}, dead_letters: 3}\n"
         "  points: {type: influx, url: \"" +
         points_->url() + "\", version: 1, counters: delta" + edit.points + "}\n" + edit.sinks;
}

void World::configure(const Edit& edit) {
  edit_ = edit;
  replace_configuration(text_of(edit));
}

void World::break_configuration(const std::string& text) {
  replace_configuration(text_of(edit_) + text);
}

// As a whole: one that is just starting must not find half of it.
void World::replace_configuration(const std::string& text) const {
  const std::filesystem::path next = installation_.config_file().string() + ".next";
  write_file(next, "state: " + installation_.state().string() + "\n" + text);
  std::filesystem::rename(next, installation_.config_file());
}

void World::excuse(std::set<int> exit_codes) {
  excused_ = std::move(exit_codes);
  lived_through_.insert(excused_.begin(), excused_.end());
}

// Once it runs, only a lack of memory or threads ends it.
bool World::is_excused(const Finished& finished) const {
  return lived_through_.contains(finished.exit_code) &&
         (finished.exit_code == exit_code::resources || !runs(finished.err));
}

void World::start() {
  lived_through_ = excused_;
  spoke_freely_ = !stderr_stalled_;
  process_ = std::make_unique<Process>(installation_.command({"run"}), controls_->environment(),
                                       [offset = suspended_] { enter_time_namespace(offset); });
}

// Every end is looked at for what a process says when it is broken.
void World::ended(const Finished& finished, bool orderly) {
  for (const char* mark : {"Sanitizer", "runtime error", "terminate called", "Assertion"})
    if (finished.err.find(mark) != std::string::npos)
      throw std::runtime_error("the collector is broken:\n" + finished.err);
  // What it may have said about its end is not always there to be read.
  interfaces_.process_ended(orderly && spoke_freely_ &&
                            finished.err.find("not finished within") == std::string::npos);
}

void World::stall_stderr(bool stalled) {
  stderr_stalled_ = stalled;
  spoke_freely_ = spoke_freely_ && !stalled;
  controls_->stall_stderr(stalled);
}

void World::await_begun() {
  if (!eventually([this] { return blocks_hang_up(process_->pid()) || !process_->running(); }))
    throw std::runtime_error("it does not begin");
}

void World::hang_up() {
  await_begun();
  process_->signal(SIGHUP);
}

void World::kill_nine() {
  process_->signal(SIGKILL);
  const auto finished = process_->wait(20s);
  if (!finished) throw std::runtime_error("SIGKILL did not end it");
  ended(*finished, false);
}

void World::terminate() {
  process_->signal(SIGTERM);
  auto finished = process_->wait(runs(process_->err()) ? 30s : 5s);
  // While it starts it may be stuck in the state directory, for as long as a fault there lasts.
  if (!finished && !runs(process_->err())) return kill_nine();
  if (!finished) finished = process_->wait(30s);  // it had just begun to run
  if (!finished) throw std::runtime_error("SIGTERM did not end it within half a minute:\n" + process_->err());
  ended(*finished, finished->exit_code == 0);
  // Before main() has blocked it.
  const bool not_begun = finished->signal == SIGTERM && finished->err.empty();
  if (finished->exit_code != 0 && !not_begun && !is_excused(*finished))
    throw std::runtime_error("SIGTERM: " + end_of(*finished));
}

Finished World::stop() {
  process_->signal(SIGTERM);
  auto finished = process_->wait(30s);
  if (!finished) throw std::runtime_error("SIGTERM did not end it within half a minute:\n" + process_->err());
  ended(*finished, finished->exit_code == 0);
  return *std::move(finished);
}

void World::keep_running() {
  if (process_->running()) return note_memory();
  const auto finished = process_->wait(0s);
  ended(*finished, false);
  if (!is_excused(*finished)) throw std::runtime_error("it ended by itself: " + end_of(*finished));
  if (soak_progress()) std::printf("    ended by itself: %s", end_of(*finished).c_str());
  start();
}

// Its socket for events is the only one of the network namespace that is in the group of links.
bool World::listens() const {
  std::istringstream sockets(read_file("/proc/self/net/netlink"));
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string address;
    std::string protocol;
    std::string port;
    std::string groups;
    words >> address >> protocol >> port >> groups;
    if (protocol == "0" && groups == "00000001") return process_->running();
  }
  return false;
}

void World::await_listening() {
  if (!eventually([&] { return listens(); }))
    throw std::runtime_error("it samples nothing:\n" + process_->err());
}

void World::suspend(std::chrono::seconds length) {
  suspended_ += length;
  controls_->step_wall_clock(length);
}

void World::burst() {
  for (int i = 0; i < 2000; ++i)
    burst_sender_->send(1500);
}

void World::note_memory() {
  const std::int64_t kilobytes = std::stoll(kernel_status(process_->pid(), "VmRSS"));
  highest_memory_ = std::max(highest_memory_, kilobytes * 1024);
}

}  // namespace collector::test
