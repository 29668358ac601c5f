#include "collector/access/password.h"

#include <crypt.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>

#include "collector/access/digest.h"
#include "collector/core/system_library.h"

namespace collector {
namespace {

constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_password = 511;  // that crypt(3) takes
constexpr const char* yescrypt = "$y$";

struct Crypt {
  decltype(crypt_r)* hash = nullptr;
  decltype(crypt_gensalt_rn)* salt = nullptr;
};

std::expected<Crypt, Failure> load_crypt() {
  auto library = SystemLibrary::load("libcrypt.so.1", "libcrypt1");
  if (!library) return std::unexpected(library.error());
  Crypt crypt;
  library->bind(crypt.hash, "crypt_r").bind(crypt.salt, "crypt_gensalt_rn");
  if (!library->missing().empty())
    return std::unexpected(
        Failure{.error = {library->missing(), "install Debian's libcrypt1"}, .lasting = true});
  return crypt;
}

// Large, and holds the password: kept off the stack, and wiped.
class Workspace {
 public:
  ~Workspace() { explicit_bzero(data_.get(), sizeof(crypt_data)); }
  crypt_data* get() { return data_.get(); }

 private:
  std::unique_ptr<crypt_data> data_ = std::make_unique<crypt_data>();
};

// `setting`: a salt, or a hash that begins with one.
std::expected<std::string, Failure> crypted(const std::string& password, const char* setting) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto crypt = load_crypt();
  if (!crypt) return std::unexpected(crypt.error());
  Workspace workspace;
  errno = 0;
  const char* hash = crypt->hash(password.c_str(), setting, workspace.get());
  if (hash != nullptr && hash[0] == '$') return std::string(hash);
  return std::unexpected(
      Failure{.error = {fmt::format("crypt(3): {}", std::generic_category().message(errno)),
                        errno == ENOMEM ? "16 MiB of memory are needed for a moment" : ""}});
}

// Nobody's: of no password that anybody has seen. Costs what all others cost.
constexpr const char* nobodys = "$y$j9T$wM3kq8fXJ0aYt1LrVbN2e/$WbIfhxylGZWV3sdyNWYFEctswVwcswpAtRPcS3NcCz2";

}  // namespace

std::optional<Error> mistake_in_password(std::string_view password) {
  if (password.size() < shortest_password)
    return Error{fmt::format("the password has fewer than {} characters", shortest_password),
                 "a few words in a row are long, and easy to remember"};
  if (password.size() > longest_password)
    return Error{fmt::format("the password has more than {} bytes", longest_password), ""};
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(password, is_control))
    return Error{"the password has a control character in it, such as a tab", "it could not be typed again"};
  return std::nullopt;
}

std::expected<std::string, Failure> hash_password(const std::string& password) {
  const auto crypt = load_crypt();
  if (!crypt) return std::unexpected(crypt.error());
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
  // The cost is the library's own, which goes with the time; the salt's bytes are the kernel's.
  if (crypt->salt(yescrypt, 0, nullptr, 0, salt.data(), static_cast<int>(salt.size())) == nullptr)
    return std::unexpected(Failure{
        .error = {fmt::format("crypt(3) makes no salt: {}", std::generic_category().message(errno)), ""}});
  return crypted(password, salt.data());
}

std::expected<bool, Failure> is_password(const std::string& password,
                                         const std::optional<std::string>& hash) {
  const std::string against = hash ? *hash : nobodys;
  const auto got = crypted(password, against.c_str());
  if (!got) return std::unexpected(got.error());
  return is_same_text(*got, against) && hash.has_value();
}

bool is_password_hash(std::string_view text) {
  constexpr std::size_t longest = 256;
  if (!text.starts_with(yescrypt) || text.size() > longest) return false;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '/' || c == '$';
  };
  return std::ranges::all_of(text, fits) && std::ranges::count(text, '$') == 4;
}

}  // namespace collector
