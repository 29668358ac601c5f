#include "config/handed_secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "config/environment.h"
#include "config/environment_file.h"
#include "config/text_file.h"

namespace collector {
namespace {

constexpr std::string_view handed_name = "secrets";
constexpr std::size_t largest_handed = 16 * 1024 * 1024;
constexpr std::size_t largest_handed_secret = 64 * 1024;

class Handle {
 public:
  explicit Handle(int number) : number_(number) {}
  ~Handle() {
    if (number_ >= 0) ::close(number_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// Each entry: a letter and its name, and its text; both end with a NUL, which is in none of them.
void write_texts(char kind, const std::map<std::string, std::string>& texts, std::string& out) {
  for (const auto& [name, text] : texts)
    if (text.find('\0') == std::string::npos) out += kind + name + '\0' + text + '\0';
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

std::string write_handed_secrets(const HandedSecrets& secrets) {
  std::string out;
  write_texts('V', secrets.variables, out);
  write_texts('F', secrets.files, out);
  return out;
}

HandedSecrets parse_handed_secrets(std::string_view text) {
  HandedSecrets secrets;
  while (true) {
    const std::size_t name_end = text.find('\0');
    const std::size_t end = name_end == std::string_view::npos ? name_end : text.find('\0', name_end + 1);
    if (end == std::string_view::npos || name_end == 0) return secrets;
    auto& texts = text.front() == 'V' ? secrets.variables : secrets.files;
    texts[std::string(text.substr(1, name_end - 1))] = text.substr(name_end + 1, end - name_end - 1);
    text.remove_prefix(end + 1);
  }
}

HandedSecrets gather_secrets(const std::optional<std::filesystem::path>& configuration,
                             const Catalog& catalog, const Environment& environment) {
  HandedSecrets secrets;
  for (const auto& file : environment_files(configuration))
    if (const auto text = read_text_file(file, largest_handed))
      secrets.variables.merge(parse_environment_file(*text));
  if (!configuration) return secrets;
  const auto yaml = read_text_file(*configuration, largest_handed);
  if (!yaml) return secrets;
  std::vector<std::filesystem::path> files;
  static_cast<void>(parse_naming_secrets(*yaml, configuration->string(), catalog,
                                         with_environment_files(environment, configuration), files));
  for (const auto& file : files)
    if (auto text = read_text_file(file, largest_handed_secret))
      secrets.files[file.string()] = std::move(*text);
  return secrets;
}

std::optional<std::filesystem::path> handed_secrets_file(const Environment& environment) {
  const auto directory = runtime_directory(environment);
  if (directory.empty()) return std::nullopt;
  return directory / handed_name;
}

Result<> leave_secrets(const std::filesystem::path& file, const HandedSecrets& secrets) {
  const auto failed = [&](int error) {
    return fail(fmt::format("{}: {}", file.string(), std::strerror(error)),
                "secrets that the service can't read itself are not handed to it");
  };
  const Handle folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat owner{};
  if (folder.number() < 0 || ::fstat(folder.number(), &owner) != 0) return failed(errno);
  const std::string name = file.filename().string();
  const std::string fresh = fmt::format(".{}.{}", name, ::getpid());
  ::unlinkat(folder.number(), fresh.c_str(), 0);
  const Handle made(
      ::openat(folder.number(), fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
  if (made.number() < 0) return failed(errno);
  const bool done =
      write_all(made.number(), write_handed_secrets(secrets)) &&
      (owner.st_uid == ::geteuid() || ::fchown(made.number(), owner.st_uid, owner.st_gid) == 0) &&
      ::renameat(folder.number(), fresh.c_str(), folder.number(), name.c_str()) == 0;
  const int error = errno;
  if (done) return {};
  ::unlinkat(folder.number(), fresh.c_str(), 0);
  return failed(error);
}

std::shared_ptr<const HandedSecrets> take_handed_secrets(const Environment& environment) {
  const auto file = handed_secrets_file(environment);
  if (!file) return nullptr;
  const auto text = read_text_file(*file, largest_handed);
  return text ? std::make_shared<const HandedSecrets>(parse_handed_secrets(*text)) : nullptr;
}

}  // namespace collector
