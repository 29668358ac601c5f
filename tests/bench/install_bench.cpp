// What an installation weighs: the program, its packages, the libraries it maps, and how long it takes to
// start.
#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/process.h"
#include "tests/support/files.h"

namespace collector::bench {
namespace {

std::filesystem::path build_directory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

// What is loaded of a program; debugging information, which packages leave out, not counted.
double loaded_size(const std::filesystem::path& program) {
  const std::string text = test::read_file(program);
  if (text.size() < sizeof(Elf64_Ehdr)) throw std::runtime_error(program.string() + " is no program");
  Elf64_Ehdr head{};
  std::copy_n(text.data(), sizeof head, reinterpret_cast<char*>(&head));
  std::uint64_t size = 0;
  for (int i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr segment{};
    std::copy_n(text.data() + head.e_phoff + static_cast<std::size_t>(i) * head.e_phentsize, sizeof segment,
                reinterpret_cast<char*>(&segment));
    if (segment.p_type == PT_LOAD) size += segment.p_filesz;
  }
  return static_cast<double>(size);
}

// Shared libraries that the loader brings in; the kernel's own and the loader not counted.
std::size_t libraries(const std::string& program) {
  const auto list = std::filesystem::temp_directory_path() / fmt::format("libraries-{}", wall_seconds());
  const int code = Process({"/bin/sh", "-c", "ldd '" + program + "' >'" + list.string() + "'"}).wait();
  if (code != 0) throw std::runtime_error("ldd " + program + " failed");
  std::istringstream lines(test::read_file(list));
  std::filesystem::remove(list);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.find("=>") != std::string::npos) ++count;
  return count;
}

double start_of(const std::vector<std::string>& command) {
  return wall_of([&] {
    if (Process(command).wait() != 0) throw std::runtime_error(command.front() + " failed");
  });
}

}  // namespace

std::vector<Line> bench_install() {
  const std::string program = (build_directory() / "collector").string();
  const std::string peer = "/bin/bash";
  std::vector<Line> lines;
  lines.push_back({.what = "the program, as loaded",
                   .floor = "bash " + number(loaded_size(peer), "B"),
                   .ours = number(loaded_size(program), "B"),
                   .ratio = loaded_size(program) / loaded_size(peer),
                   .target = "",
                   .met = {}});
  lines.push_back({.what = "shared libraries it links",
                   .floor = fmt::format("bash {}", libraries(peer)),
                   .ours = std::to_string(libraries(program)),
                   .ratio = {},
                   .target = "",
                   .met = {}});
  const Pair start = interleave(
      21, [] { return start_of({"/bin/true"}); }, [&] { return start_of({program, "--version"}); });
  lines.push_back({.what = "start-up: --version",
                   .floor = "/bin/true " + number(start.floor, "s"),
                   .ours = number(start.ours, "s"),
                   .ratio = start.ours / start.floor,
                   .target = "",
                   .met = {}});
  const auto packages = build_directory() / "packages";
  if (!std::filesystem::exists(packages)) {
    lines.push_back({.what = "packages",
                     .floor = "",
                     .ours = "none: scripts/package makes them",
                     .ratio = {},
                     .target = "",
                     .met = {}});
    return lines;
  }
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(packages))
    files.insert(entry.path());
  for (const auto& file : files)
    lines.push_back({.what = file.filename().string(),
                     .floor = "",
                     .ours = number(static_cast<double>(std::filesystem::file_size(file)), "B"),
                     .ratio = {},
                     .target = "",
                     .met = {}});
  return lines;
}

}  // namespace collector::bench
