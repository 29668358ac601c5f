#include "config/web_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "collector/core/numbers.h"
#include "config/address.h"
#include "config/network.h"

namespace collector {
namespace {

constexpr std::size_t largest_pem = 1024 * 1024;

// What a browser sends as Origin: scheme and host in lower case, and a port where it is not the scheme's own.
std::optional<Error> mistake_in_origin(std::string_view origin) {
  const Error mistake{"is not the address of a site", "write https://grafana.example.org, without a path"};
  std::string_view rest = origin;
  std::string_view usual_port;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
    usual_port = "443";
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    usual_port = "80";
  } else {
    return mistake;
  }
  std::string_view host = rest;
  const auto end = rest.starts_with('[') ? rest.find(']') : 0;
  if (end == std::string_view::npos) return mistake;
  if (const auto colon = rest.find(':', end); colon != std::string_view::npos) {
    host = rest.substr(0, colon);
    const std::string_view port = rest.substr(colon + 1);
    const auto number = parse_number<std::uint16_t>(port);
    if (!number || *number == 0 || port.starts_with('0')) return mistake;
    if (port == usual_port)
      return Error{"names the port that is meant without it, and browsers leave it out",
                   fmt::format("write {}", origin.substr(0, origin.rfind(':')))};
  }
  if (std::ranges::any_of(host, [](char c) { return c >= 'A' && c <= 'Z'; }))
    return Error{"has capital letters, which browsers do not send", "write it in small ones"};
  if (host.starts_with('['))
    return host.ends_with(']') && parse_address(host.substr(1, host.size() - 2)) ? std::nullopt
                                                                                 : std::optional(mistake);
  return mistake_in_name(host) ? std::optional(mistake) : std::nullopt;
}

// The kind of the first block of a PEM text ("CERTIFICATE"), if it is whole and holds base64.
std::optional<std::string_view> first_block(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ";
  constexpr std::string_view dashes = "-----";
  const auto start = text.find(begin);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + begin.size());
  const auto end_of_kind = text.find(dashes);
  if (end_of_kind == std::string_view::npos || end_of_kind > 64) return std::nullopt;
  const std::string_view kind = text.substr(0, end_of_kind);
  text.remove_prefix(end_of_kind + dashes.size());
  const auto end = text.find(fmt::format("-----END {}-----", kind));
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view body = text.substr(0, end);
  // An old key that has a passphrase says so in lines of its own.
  if (body.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos) return "ENCRYPTED PRIVATE KEY";
  if (kind == "EC PARAMETERS") return first_block(text.substr(end + dashes.size()));
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=' || c == '\n' || c == '\r' || c == ' ';
  };
  if (body.size() < 32 || !std::ranges::all_of(body, fits)) return std::nullopt;
  return kind;
}

bool is_certificate(std::string_view kind) {
  return kind == "CERTIFICATE" || kind == "TRUSTED CERTIFICATE";
}

// Why a file can't be what it is named as; nothing: as far as can be seen without OpenSSL it is.
std::optional<Error> mistake_in_pem(const std::string& text, bool wants_key) {
  const std::string_view wanted = wants_key ? "a private key" : "a certificate";
  const auto kind = first_block(text);
  if (!kind)
    return Error{fmt::format("holds no PEM text of {}", wanted),
                 wants_key
                     ? "it begins with -----BEGIN PRIVATE KEY-----; openssl pkey -inform der converts one"
                     : "it begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der converts one"};
  const bool is_key = kind->ends_with("PRIVATE KEY");
  if (kind->starts_with("ENCRYPTED"))
    return Error{"has a passphrase, and nobody is there to type it",
                 "write the key without one: openssl pkey -in OLD -out NEW"};
  // Some keep both in one file: then both settings name it, and each is found by OpenSSL.
  const bool has_other =
      text.find(wants_key ? "PRIVATE KEY-----" : "BEGIN CERTIFICATE-----") != std::string::npos;
  if ((wants_key ? is_key : is_certificate(*kind)) || has_other) return std::nullopt;
  if (is_key || is_certificate(*kind))
    return Error{fmt::format("holds {}, not {}", is_key ? "a private key" : "a certificate", wanted),
                 "certificate: and key: may have changed places"};
  return Error{fmt::format("holds a {}, not {}", *kind, wanted), "name another file"};
}

void check_pem(const Settings& tls, std::string_view setting, const CheckContext& context,
               std::vector<SettingMistake>& mistakes) {
  if (!tls.has(setting)) return;
  const std::filesystem::path named = tls.text(setting);
  if (context.state().empty() && named.is_relative()) return;  // that has a problem of its own
  const std::filesystem::path file = (context.state() / named).lexically_normal();
  const std::string path = "tls." + std::string(setting);
  const auto text = context.read(file, largest_pem);
  if (!text)
    return mistakes.push_back(
        {path, fmt::format("{} {}", file.native(), text.error().what), text.error().remedy, {}});
  if (const auto mistake = mistake_in_pem(*text, setting == "key"))
    mistakes.push_back({path, fmt::format("{} {}", file.native(), mistake->what), mistake->remedy, {}});
}

template <typename Mistake>
void check_items(const Settings& web, std::string_view setting, Mistake mistake_in,
                 std::vector<SettingMistake>& mistakes) {
  const auto& items = web.list(setting);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (const std::optional<Error> mistake = mistake_in(items[i]))
      mistakes.push_back({fmt::format("{}[{}]", setting, i), mistake->what, mistake->remedy, {}});
}

}  // namespace

bool is_beyond_loopback(const std::string& address_and_port) {
  if (!is_address_and_port(address_and_port)) return false;
  std::string_view host = std::string_view(address_and_port).substr(0, address_and_port.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  static const Network four = *parse_network("127.0.0.0/8");
  static const Network six = *parse_network("::1");
  return address && !four.contains(*address) && !six.contains(*address);
}

std::vector<SettingMistake> mistakes_in_web(const Settings& web, const CheckContext& context) {
  std::vector<SettingMistake> mistakes;
  check_items(web, "names", [](const std::string& name) { return mistake_in_name(name); }, mistakes);
  check_items(web, "origins", [](const std::string& site) { return mistake_in_origin(site); }, mistakes);
  check_items(
      web, "behind",
      [](const std::string& text) {
        const auto network = parse_network(text);
        return network ? std::nullopt : std::optional(network.error());
      },
      mistakes);
  if (web.has("tls")) {
    check_pem(web.table("tls"), "certificate", context, mistakes);
    check_pem(web.table("tls"), "key", context, mistakes);
  }
  if (!web.has("listen")) {
    static constexpr std::array<std::string_view, 4> of_a_listener{"names", "origins", "behind", "tls"};
    for (const std::string_view setting : of_a_listener)
      if (context.given(setting) && (setting == "tls" || !web.list(setting).empty()))
        mistakes.push_back({std::string(setting),
                            "is given, but no address to listen at",
                            "add listen: 127.0.0.1:7373, or remove it",
                            {"listen"}});
    return mistakes;
  }
  const std::string& listen = web.text("listen");
  if (!is_address_and_port(listen))
    mistakes.push_back(
        {"listen", "is not an IP address and a port", "write 127.0.0.1:7373 or [::1]:7373", {}});
  else if (is_beyond_loopback(listen) && !web.has("tls") && web.list("behind").empty())
    mistakes.push_back(
        {"listen",
         "is reached from other machines, and nothing keeps what passes secret",
         "write listen: 127.0.0.1:7373 and use ssh -L, or add tls: {certificate: …, key: …}, or "
         "behind: [ADDRESS] of a reverse proxy",
         {"tls", "behind"}});
  return mistakes;
}

}  // namespace collector
