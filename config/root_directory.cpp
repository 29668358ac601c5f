#include "config/root_directory.h"

#include <string>
#include <system_error>

namespace collector {

std::optional<Error> problem_with_root(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  if (root == "/") return std::nullopt;  // as without the setting; its samplers say what is missing
  const std::string remedy =
      "mount the machine's / there, with what is mounted in it (docker run -v /:/host:ro,rslave), or remove "
      "the line";
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  if (status.type() == fs::file_type::not_found) return Error{"there is no such directory", remedy};
  if (error) return Error{"can't be looked at: " + error.message(), "let the collector's user enter it"};
  if (!fs::is_directory(status)) return Error{"is not a directory", remedy};
  // Where / was mounted without what is mounted in it, proc is there and empty.
  const fs::directory_iterator proc(root / "proc", error);
  if (error || proc == fs::directory_iterator())
    return Error{
        "is not the root of a system: its proc is " + (error ? "not there: " + error.message() : "empty"),
        remedy};
  return std::nullopt;
}

}  // namespace collector
