#include "collector/samplers/diskio/device_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <system_error>

#include "collector/core/scanner.h"

namespace collector {
namespace {

namespace fs = std::filesystem;

bool begins_with_any(std::string_view name, std::span<const std::string_view> beginnings) {
  return std::ranges::any_of(beginnings,
                             [&](std::string_view beginning) { return name.starts_with(beginning); });
}

// Built upon other devices of the machine, which sysfs does not tell of all of them: ZFS volumes, EMC
// PowerPath, Veritas, Hitachi Dynamic Link Manager.
bool is_stacked_by_name(std::string_view name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"dm-", "md", "bcache", "drbd", "zd", "emcpower", "VxDMP", "VxVM", "sddlm", "pktcdvd"});
  return begins_with_any(name, names);
}

bool is_virtual_by_name(std::string_view name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"loop", "ram", "zram", "nbd", "rbd", "rnbd", "ublkb", "etherd", "nullb"});
  return begins_with_any(name, names);
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if(text, [](char c) { return c < '0' || c > '9'; });
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// "nvme0c1n1", the path over controller 1, leads to "nvme0n1"; empty for other names.
std::string head_of_path(std::string_view name) {
  constexpr std::string_view driver = "nvme";
  if (!name.starts_with(driver)) return {};
  name.remove_prefix(driver.size());
  const auto subsystem = take_digits(name);
  if (subsystem.empty() || !name.starts_with('c')) return {};
  name.remove_prefix(1);
  if (take_digits(name).empty() || !name.starts_with('n')) return {};
  return fmt::format("{}{}{}", driver, subsystem, name);
}

DeviceKind by_name(std::string_view name, std::uint32_t major, std::string_view disk_before) {
  if (!disk_before.empty()) return {"partition", std::string(disk_before)};
  // Only devices that are hidden have no number.
  if (std::string head = head_of_path(name); !head.empty() || major == 0) return {"path", std::move(head)};
  if (is_stacked_by_name(name)) return {"stacked", {}};
  return {is_virtual_by_name(name) ? "virtual" : "disk", {}};
}

// A device's folder in sysfs. cciss/c0d0 is cciss!c0d0 there.
class Folder {
 public:
  Folder(const Files& files, std::string_view name) : files_(files), path_("/sys/class/block/") {
    const auto name_starts = static_cast<std::ptrdiff_t>(path_.size());
    path_ += name;
    std::replace(path_.begin() + name_starts, path_.end(), '/', '!');
  }

  bool has(std::string_view entry) const {
    return told(files_.exists(path_ + "/" + std::string(entry))).value_or(false);
  }
  bool lists(std::string_view entry) const {
    const auto names = told(files_.list(path_ + "/" + std::string(entry)));
    return names && !names->empty();
  }
  std::string line(std::string_view entry) const {
    const auto text = files_.read(path_ + "/" + std::string(entry));
    if (!text) return {};
    std::string_view rest = *text;
    return std::string(next_line(rest).value_or(""));
  }
  // Where the link leads to: "../../devices/pci0000:00/…/block/sda"; empty: it is none.
  fs::path link(std::string_view entry = {}) const {
    std::error_code none;
    return fs::read_symlink(files_.resolve(entry.empty() ? path_ : path_ + "/" + std::string(entry)), none);
  }
  bool exists() const { return told(files_.exists(path_)).value_or(false); }
  // Something could not be looked at: what was not found may be there all the same.
  bool unclear() const { return unclear_; }

 private:
  template <typename T>
  Result<T> told(Result<T> answer) const {
    unclear_ = unclear_ || !answer;
    return answer;
  }

  const Files& files_;
  mutable bool unclear_ = false;
  std::string path_;
};

std::string parent_folder(const fs::path& link) {
  std::string name = link.parent_path().filename().string();
  std::ranges::replace(name, '!', '/');
  return name;
}

DeviceKind by_folder(const Folder& folder, std::string_view name, std::string_view disk_before) {
  const fs::path link = folder.link();
  if (folder.has("partition")) {
    std::string parent = parent_folder(link);
    return {"partition", parent.empty() ? std::string(disk_before) : std::move(parent)};
  }
  if (folder.line("hidden") == "1") return {"path", head_of_path(name)};
  if (folder.has("dm") || folder.has("md") || folder.lists("slaves")) return {"stacked", {}};
  if (link.string().contains("/devices/virtual/block/") || folder.has("loop"))
    return {is_stacked_by_name(name) ? "stacked" : "virtual", {}};
  // A Ceph volume is on the bus of its own driver.
  if (folder.link("device/subsystem").filename() == "rbd") return {"virtual", {}};
  return {"disk", {}};
}

}  // namespace

DeviceKind device_kind(const Files& files, std::string_view name, std::uint32_t major, std::uint32_t minor,
                       std::string_view disk_before) {
  const Folder folder(files, name);
  const std::string number = folder.line("dev");
  // Hidden devices have no number in sysfs.
  const bool shown = folder.exists() && (number.empty() || number == fmt::format("{}:{}", major, minor));
  if (!shown) return by_name(name, major, disk_before);

  const DeviceKind kind = by_folder(folder, name, disk_before);
  return folder.unclear() ? by_name(name, major, disk_before) : kind;
}

}  // namespace collector
