#include "sinks/postgres/failure.h"

#include <fmt/format.h>

#include <array>

#include "sinks/postgres/read_only.h"

namespace collector::postgres_store {
namespace {

struct Line {
  std::string_view part;  // of libpq's message, which is not translated here
  ConnectAdvice advice;
};

constexpr std::string_view read_only_session = "25006";

// Those that are about something in particular before those that are in every message.
constexpr std::array lines{
    Line{"`url` can't be read", {"", true}},  // it says what to do itself
    Line{"invalid connection option",
         {"this machine's libpq is older than a parameter of `url`: leave it out, or install a newer libpq5",
          true}},
    Line{"invalid sslmode value", {"correct sslmode in `url`, or PGSSLMODE in the environment", true}},
    Line{"invalid port number", {"correct the port in `url`, or PGPORT in the environment", true}},
    Line{"root certificate file",
         {"name the file with the certificates to trust: sslrootcert=/etc/ssl/certs/ca-certificates.crt (the "
          "system's, package ca-certificates) or your own authority's",
          true}},
    Line{"self-signed certificate",
         {"no authority in sslrootcert has signed the server's certificate: set sslrootcert to your "
          "authority's certificate, or to the server's own",
          true}},
    Line{"self signed certificate",
         {"no authority in sslrootcert has signed the server's certificate: set sslrootcert to your "
          "authority's certificate, or to the server's own",
          true}},
    Line{
        "unable to get local issuer certificate",
        {"sslrootcert does not hold the authority that signed the server's certificate: name the right file; "
         "for public services /etc/ssl/certs/ca-certificates.crt",
         true}},
    Line{"certificate has expired",
         {"renew the server's certificate; if it is valid, check this machine's clock", true}},
    Line{"certificate is not yet valid", {"check this machine's clock and the server's certificate", true}},
    Line{"does not match host name",
         {"the certificate is for another name: use that name in `url` (hostaddr=… leads to an address), or "
          "have a certificate made for this one; sslmode=verify-ca would not check the name",
          true}},
    Line{"certificate verify failed",
         {"the server's certificate is not trusted: set sslrootcert to the certificate of the authority that "
          "signed it",
          true}},
    Line{"certificate", {"check sslcert, sslkey and sslrootcert in `url`", true}},
    Line{"private key file", {"check sslkey: a file that only this user may read (chmod 600)", true}},
    Line{"server does not support SSL",
         {"the server has no TLS: turn it on there, or use sslmode=disable on a network you trust", true}},
    Line{
        "channel binding",
        {"channel_binding=require needs TLS and scram-sha-256 all the way: not through a pooler without TLS; "
         "leave it out or use the direct host",
         true}},
    Line{"no password supplied",
         {"put the password into `url`, or into the file PGPASSFILE (~/.pgpass) with mode 600", true}},
    Line{"definition of service",
         {"check the name in PGSERVICE, and the file PGSERVICEFILE (~/.pg_service.conf)", true}},
    Line{
        "unsupported startup parameter",
        {"the pooler refuses options in `url`: leave options=… out, and use ALTER ROLE … SET instead", true}},
    Line{"could not translate host name",
         {"check the host in `url`, and this machine's network and name server; rows wait in the spool",
          false}},
    Line{"Connection refused",
         {"is the server running, and does it listen on this host and port? rows wait in the spool", false}},
    Line{"No such file or directory",
         {"is the server running? it has no socket there; name a host in `url` for one on the network; rows "
          "wait in the spool",
          false}},
};

}  // namespace

ConnectAdvice advice_on_connecting(std::string_view message) {
  for (const Line& line : lines)
    if (message.find(line.part) != std::string_view::npos) return line.advice;
  return {"check the network and the server; rows wait in the spool and are tried again", false};
}

SinkFailure to_failure(const PgError& error, const std::string& where, const std::string& doing) {
  SinkFailure failure{
      .what = fmt::format("can't {}{}{}: {}", doing, where.empty() ? "" : " ", where, error.text()),
      .remedy = "",
      .retry_after = std::nullopt,
      .hold = false};
  if (error.sqlstate.empty()) {
    const auto advice = advice_on_connecting(error.message);
    failure.remedy = advice.remedy;
    failure.hold = advice.hold;
    return failure;
  }
  const Meaning meaning = meaning_of(error.sqlstate);
  failure.remedy = meaning.remedy;
  failure.hold = meaning.verdict == Verdict::hold || meaning.verdict == Verdict::missing ||
                 meaning.verdict == Verdict::unable;
  // No row has been sent yet: it is about a parameter.
  if (error.connecting && meaning.verdict == Verdict::bad_rows) {
    failure.remedy =
        "correct the parameters in `url` (options=…), or those of the role or database (ALTER ROLE)";
    failure.hold = true;
  }
  return failure;
}

SinkFailure to_failure(const PgError& error, Connection& connection, const std::string& doing) {
  SinkFailure failure = to_failure(error, connection.where(), doing);
  if (error.sqlstate != read_only_session) return failure;
  (void)connection.run("ROLLBACK");
  // The error has said what happened.
  if (const auto reason = read_only_reason(connection))
    failure.remedy = fmt::format("{} {}; rows wait in the spool", connection.where(), reason->what) + "; " +
                     reason->remedy;
  return failure;
}

}  // namespace collector::postgres_store
