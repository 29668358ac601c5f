#include "collector/transport/tls_certificate.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "collector/core/units.h"

namespace collector::transport {
namespace {

std::string mark_of(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return "none";
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

std::optional<WallTime> wall_time(const TlsLibrary& tls, const ASN1_TIME* time) {
  std::tm calendar{};
  if (time == nullptr || tls.to_calendar(time, &calendar) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&calendar)));
}

std::string day_of(WallTime time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

}  // namespace

std::string mistake_in_validity(const TlsValidity& validity, WallTime now) {
  constexpr Duration two_weeks = std::chrono::days(14);
  if (validity.begins && *validity.begins > now)
    return fmt::format("is not one before {}: is this machine's clock right?", day_of(*validity.begins));
  if (!validity.ends) return {};
  const auto renew = "renew it; it is read again by itself when its file changes";
  if (*validity.ends <= now) return fmt::format("has ended on {}: {}", day_of(*validity.ends), renew);
  const Duration left = *validity.ends - now;
  const Duration whole = validity.begins ? *validity.ends - *validity.begins : 5 * two_weeks;
  if (left > std::min(two_weeks, whole / 5)) return {};
  return fmt::format("ends on {}, in {}: {}", day_of(*validity.ends), human_duration(left), renew);
}

std::string mistake_in_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                                   WallTime now) {
  TlsCertificate served(certificate, key);
  std::string problem;
  served.current(problem);
  return problem.empty() ? served.mistake_in_time(now) : problem;
}

TlsValidity TlsCertificate::validity_of(SSL_CTX* context) const {
  const auto loaded = TlsLibrary::load();
  const X509* const certificate = loaded ? (*loaded)->certificate_of(context) : nullptr;
  if (certificate == nullptr) return {};
  return {.begins = wall_time(**loaded, (*loaded)->begins(certificate)),
          .ends = wall_time(**loaded, (*loaded)->ends(certificate))};
}

std::string TlsCertificate::mistake_in_time(WallTime now) const {
  std::string mistake = mistake_in_validity(validity_, now);
  return mistake.empty() ? mistake : fmt::format("{}: the certificate {}", certificate_.native(), mistake);
}

Result<TlsCertificate::Context> TlsCertificate::read() const {
  const auto loaded = TlsLibrary::load();
  if (!loaded) return std::unexpected(loaded.error().error);
  const TlsLibrary& tls = **loaded;
  tls.clear_errors();
  Context context(tls.context_new(tls.server_method()), Free{&tls});
  if (!context) return fail("TLS can't begin: " + tls.take_error());
  // SSL_CTX_set_min_proto_version is a macro.
  tls.context_control(context.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  if (tls.use_certificate_chain_file(context.get(), certificate_.c_str()) != 1)
    return fail(fmt::format("{}: {}", certificate_.native(), tls.take_error()),
                "name the certificate and those between it and its root, as PEM");
  if (tls.use_private_key_file(context.get(), key_.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(fmt::format("{}: {}", key_.native(), tls.take_error()),
                "name the certificate's private key, as PEM, and let the collector's user read it");
  if (tls.check_private_key(context.get()) != 1)
    return fail(fmt::format("{}: {}", key_.native(), tls.take_error()), "the key is another certificate's");
  return context;
}

SSL_CTX* TlsCertificate::current(std::string& problem) {
  std::string now = mark_of(certificate_) + ", " + mark_of(key_);
  if (now == seen_) return context_.get();
  auto fresh = read();
  // Tried again with the next connection: a renewal writes two files, one after the other.
  if (!fresh) {
    problem = fresh.error().text();
    return context_.get();
  }
  context_ = std::move(*fresh);
  validity_ = validity_of(context_.get());
  seen_ = std::move(now);
  return context_.get();
}

}  // namespace collector::transport
