#include "sinks/pem_file.h"

namespace collector {

std::optional<Error> mistake_in_pem(const CheckContext& context, const std::filesystem::path& file) {
  constexpr std::size_t largest = 4UL * 1024 * 1024;  // the system's own have a quarter of one
  const auto text = context.read(file, largest);
  if (!text) return Error{file.string() + " " + text.error().what, text.error().remedy};
  if (text->find("-----BEGIN ") != std::string::npos) return std::nullopt;
  return Error{file.string() + " is not a PEM file",
               "name a file with -----BEGIN in it; openssl makes one of other forms"};
}

}  // namespace collector
