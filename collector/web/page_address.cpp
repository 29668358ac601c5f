#include "collector/web/page_address.h"

#include <fmt/format.h>

namespace collector::web {

std::string page_address(const Configuration& configuration) {
  if (!configuration.web) return {};
  const WebConfiguration& web = *configuration.web;
  const auto colon = web.listen.rfind(':');
  const std::string port = web.listen.substr(colon);
  std::string host = web.listen.substr(0, colon);
  if (!web.names.empty() && !web.behind.empty()) return fmt::format("https://{}/", web.names.front());
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  const bool has_tls = !web.certificate.empty();
  if (has_tls && !web.names.empty()) host = web.names.front();
  return fmt::format("{}://{}{}/", has_tls ? "https" : "http", host, port);
}

}  // namespace collector::web
