#include "collector/cli/setup_files.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "collector/cli/document_command.h"

namespace collector {
namespace {

constexpr std::string_view before = ".before-";

bool is_open_to_others(const std::filesystem::path& file) {
  struct stat status{};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & 077U) != 0;
}

}  // namespace

std::optional<std::string> text_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open()) return std::nullopt;
  return std::move(text).str();
}

bool is_marked(const std::filesystem::path& file) {
  const auto text = text_of_file(file);
  return text && text->starts_with("# " + std::string(setup_mark));
}

Result<> write_file_in_place(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  const std::filesystem::path fresh = path.string() + ".new";
  unlink(fresh.c_str());
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fchmod(file, mode) == 0 && fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) close(file);
  if (written && rename(fresh.c_str(), path.c_str()) == 0) return {};
  const std::string why = std::strerror(written ? errno : reason);
  unlink(fresh.c_str());
  return fail(fmt::format("{}: {}", path.string(), why), "that file was not changed");
}

std::filesystem::path backup_name(const std::filesystem::path& path) {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string name = fmt::format("{}{}{:%Y%m%d-%H%M%S}", path.string(), before, now);
  std::filesystem::path backup = name;
  std::error_code error;
  for (int i = 2; std::filesystem::exists(backup, error); ++i)
    backup = fmt::format("{}-{}", name, i);
  return backup;
}

std::vector<std::filesystem::path> backups_of(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> backups;
  std::error_code error;
  const std::string prefix = path.filename().string() + std::string(before);
  for (std::filesystem::directory_iterator at(path.parent_path(), error), end; !error && at != end;
       at.increment(error))
    if (at->path().filename().string().starts_with(prefix)) backups.push_back(at->path());
  std::ranges::sort(backups);
  return backups;
}

std::optional<std::filesystem::path> earlier_original(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> backups = backups_of(path);
  std::erase_if(backups, is_marked);
  if (backups.empty()) return std::nullopt;
  return backups.back();
}

Replacement replacement_of(const SetupFile& file, const SetupRecord& record) {
  using Present = Replacement::Present;
  Replacement replacement{file, Present::nothing, {}};
  const auto text = text_of_file(file.path);
  if (!text) return replacement;
  const RecordedFile* recorded = record.find(file.path);
  if (*text == file.text && !(file.secret && is_open_to_others(file.path)))
    replacement.present = Present::same;
  else if (*text == file.text)
    replacement.present = Present::ours;
  // An old secret is not kept: the new one was just typed in, and nobody would look after the copy.
  else if (recorded != nullptr && (file.secret || recorded->checksum == checksum_of(*text)))
    replacement.present = Present::ours;
  else
    replacement = {file, Present::theirs, backup_name(file.path)};
  return replacement;
}

std::string fate_of_present(const Replacement& replacement) {
  switch (replacement.present) {
    case Replacement::Present::nothing:
      return {};
    case Replacement::Present::same:
      return "as it is";
    case Replacement::Present::ours:
      return "replaces the one that setup wrote";
    case Replacement::Present::theirs:
      return "replaces yours, kept as " + replacement.backup.filename().string();
  }
  return {};
}

SetupRecord with_files(SetupRecord record, const std::vector<Replacement>& replacements) {
  for (const Replacement& each : replacements) {
    const std::filesystem::path& path = each.file.path;
    const bool marked = is_marked(path);
    // What is there already, and is not setup's, is not setup's to remove.
    if (each.present == Replacement::Present::same && record.find(path) == nullptr && !marked) continue;
    const auto found = std::ranges::find(record.files, path, &RecordedFile::path);
    if (found != record.files.end()) {
      found->checksum = checksum_of(each.file.text);
      continue;
    }
    // Of an earlier version, which kept no record.
    const auto backup = marked ? earlier_original(path).value_or("") : each.backup;
    record.files.push_back({path, checksum_of(each.file.text), backup});
  }
  return record;
}

Result<> replace(const Replacement& replacement) {
  if (replacement.present == Replacement::Present::same) return {};
  const SetupFile& file = replacement.file;
  // A second name for the old file: the new one takes its place in one step.
  if (!replacement.backup.empty() && link(file.path.c_str(), replacement.backup.c_str()) != 0)
    return fail(fmt::format("{}: no backup: {}", replacement.backup.string(), std::strerror(errno)),
                "that file was not changed");
  if (!replacement.backup.empty() && file.secret) chmod(replacement.backup.c_str(), 0600);
  return write_file_in_place(file.path, file.text, file.secret ? 0600 : 0644);
}

bool belongs_to_package(const std::filesystem::path& path) {
  std::ifstream list("/var/lib/dpkg/info/collector.list");
  for (std::string line; std::getline(list, line);)
    if (line == path.string()) return true;
  return false;
}

std::string take_back(const RecordedFile& file, bool keeps_edited) {
  std::error_code error;
  const auto text = text_of_file(file.path);
  const bool has_backup = !file.backup.empty() && std::filesystem::exists(file.backup, error);
  if (!text && !has_backup) return {};
  std::string said;
  const bool edited = text && checksum_of(*text) != file.checksum;
  if (edited && keeps_edited) {
    const std::filesystem::path kept = backup_name(file.path);
    std::filesystem::rename(file.path, kept, error);
    if (!error) said = fmt::format("; yours, edited since, is {}", kept.filename().string());
  }
  if (has_backup) {
    std::filesystem::rename(file.backup, file.path, error);
    return error ? fmt::format("{}: {}", file.path.string(), error.message())
                 : fmt::format("brought back {}{}", file.path.string(), said);
  }
  if (belongs_to_package(file.path)) {
    const auto packaged = document(file.path.filename().string());
    if (!packaged) return fmt::format("left {}, which a package has installed", file.path.string());
    const auto written = write_file_in_place(file.path, *packaged, 0644);
    return written ? fmt::format("brought back {} as the package has it{}", file.path.string(), said)
                   : written.error().text();
  }
  std::filesystem::remove(file.path, error);
  return error ? fmt::format("{}: {}", file.path.string(), error.message())
               : fmt::format("removed {}{}", file.path.string(), said);
}

}  // namespace collector
