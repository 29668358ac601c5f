#include "sinks/postgres/offer.h"

#include <array>

#include "collector/transport/url_parts.h"

namespace collector::postgres_store {
namespace {

constexpr std::array<std::string_view, 2> setup_words{"postgresql", "neon"};

std::string wrong_setup_address(const std::string& address) {
  if (address.starts_with("postgresql://") || address.starts_with("postgres://")) {
    const auto parts = UrlParts::split(address);
    return parts ? "" : parts.error().text();
  }
  if (address.find("://") != std::string::npos || address.find('=') == std::string::npos)
    return "write it as postgresql://user:password@host/database, or host=HOST dbname=NAME";
  return {};
}

}  // namespace

const SetupOffer& setup_offer() {
  static constexpr SetupOffer offer{
      .sentence = "PostgreSQL, also Neon and others in the cloud",
      .also = setup_words,
      .comment = "Four times an hour, so that a database in the cloud can sleep in between.",
      .settings = "every: 15m\n",
      .address = {.name = "url", .question = "Its connection string"},
      .example = "postgresql://user:password@host/database",
      .stand_in = "postgresql://127.0.0.1/collector",
      .wrong_address = wrong_setup_address,
  };
  return offer;
}

}  // namespace collector::postgres_store
