#include "sinks/postgres/failure.h"

#include <fmt/format.h>

#include <array>

namespace collector::postgres_store {
namespace {

struct AdviceLine {
  std::string_view part;  // of libpq's message, which is not translated here
  ConnectAdvice advice;
};

constexpr std::string_view read_only_session = "25006";

// Those that are about something in particular before those that are in every message.
constexpr std::array advice_lines{
    AdviceLine{"`url` can't be read", {"", true}},  // it says what to do itself
    AdviceLine{
        "invalid connection option",
        {"this machine's libpq is older than a parameter of `url`: leave it out, or install a newer libpq5",
         true}},
    AdviceLine{"invalid sslmode value", {"correct sslmode in `url`, or PGSSLMODE in the environment", true}},
    AdviceLine{"invalid port number", {"correct the port in `url`, or PGPORT in the environment", true}},
    AdviceLine{
        "root certificate file",
        {"name the file with the certificates to trust: sslrootcert=/etc/ssl/certs/ca-certificates.crt (the "
         "system's, package ca-certificates) or your own authority's",
         true}},
    AdviceLine{"self-signed certificate",
               {"no authority in sslrootcert has signed the server's certificate: set sslrootcert to your "
                "authority's certificate, or to the server's own",
                true}},
    AdviceLine{"self signed certificate",
               {"no authority in sslrootcert has signed the server's certificate: set sslrootcert to your "
                "authority's certificate, or to the server's own",
                true}},
    AdviceLine{
        "unable to get local issuer certificate",
        {"sslrootcert does not hold the authority that signed the server's certificate: name the right file; "
         "for public services /etc/ssl/certs/ca-certificates.crt",
         true}},
    AdviceLine{"certificate has expired",
               {"renew the server's certificate; if it is valid, check this machine's clock", true}},
    AdviceLine{"certificate is not yet valid",
               {"check this machine's clock and the server's certificate", true}},
    AdviceLine{
        "does not match host name",
        {"the certificate is for another name: use that name in `url` (hostaddr=… leads to an address), or "
         "have a certificate made for this one; sslmode=verify-ca would not check the name",
         true}},
    AdviceLine{
        "certificate verify failed",
        {"the server's certificate is not trusted: set sslrootcert to the certificate of the authority that "
         "signed it",
         true}},
    AdviceLine{"certificate", {"check sslcert, sslkey and sslrootcert in `url`", true}},
    AdviceLine{"private key file", {"check sslkey: a file that only this user may read (chmod 600)", true}},
    AdviceLine{
        "server does not support SSL",
        {"the server has no TLS: turn it on there, or use sslmode=disable on a network you trust", true}},
    AdviceLine{
        "channel binding",
        {"channel_binding=require needs TLS and scram-sha-256 all the way: not through a pooler without TLS; "
         "leave it out or use the direct host",
         true}},
    AdviceLine{"no password supplied",
               {"put the password into `url`, or into the file PGPASSFILE (~/.pgpass) with mode 600", true}},
    AdviceLine{"definition of service",
               {"check the name in PGSERVICE, and the file PGSERVICEFILE (~/.pg_service.conf)", true}},
    AdviceLine{
        "unsupported startup parameter",
        {"the pooler refuses options in `url`: leave options=… out, and use ALTER ROLE … SET instead", true}},
    AdviceLine{"could not translate host name",
               {"check the host in `url`, and this machine's network and name server; rows wait in the spool",
                false}},
    AdviceLine{
        "Connection refused",
        {"is the server running, and does it listen on this host and port? rows wait in the spool", false}},
    AdviceLine{
        "No such file or directory",
        {"is the server running? it has no socket there; name a host in `url` for one on the network; rows "
         "wait in the spool",
         false}},
};

constexpr auto session_question =
    "SELECT current_setting('transaction_read_only'), pg_is_in_recovery(), s.source, "
    "quote_ident(session_user),"
    " quote_ident(current_database()), coalesce(s.sourcefile, '')"
    " FROM pg_settings AS s WHERE s.name = 'default_transaction_read_only'";

// `source` as pg_settings has it (PostgreSQL's guc.c, GucSource_Names).
ReadOnly reason_of(std::string_view source, std::string_view role, std::string_view database,
                   std::string_view file) {
  const auto set_for = [](const std::string& whom, const std::string& statement) {
    return ReadOnly{
        fmt::format("takes no rows: default_transaction_read_only is on for {}", whom),
        fmt::format("have its owner run {} RESET default_transaction_read_only, or use another role",
                    statement)};
  };
  if (source == "user") return set_for(fmt::format("role {}", role), fmt::format("ALTER ROLE {}", role));
  if (source == "database")
    return set_for(fmt::format("database {}", database), fmt::format("ALTER DATABASE {}", database));
  if (source == "database user")
    return set_for(fmt::format("role {} in database {}", role, database),
                   fmt::format("ALTER ROLE {} IN DATABASE {}", role, database));
  if (source == "global") return set_for("all roles", "ALTER ROLE ALL");
  if (source == "client")
    return {"takes no rows: options in `url`, or PGOPTIONS, make the session read-only",
            "take that out there"};
  if (source == "configuration file" || source == "command line")
    return {
        "takes no rows: default_transaction_read_only is on for the whole server",
        fmt::format("set it off in {} (services do this to a server whose disk is full: free space first)",
                    file.empty() ? std::string_view("the server's configuration") : file)};
  return {"takes no rows: the session is read-only", "look for what sets transaction_read_only there"};
}

}  // namespace

ConnectAdvice advice_on_connecting(std::string_view message) {
  for (const AdviceLine& line : advice_lines)
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

std::optional<ReadOnly> read_only_reason(Connection& connection) {
  const auto found = connection.run(session_question, {});
  if (!found || found->rows() != 1) return std::nullopt;
  if (found->text(0, 1) == "t")
    return ReadOnly{
        "is a standby, which accepts no rows",
        "name the primary in `url`, or list all hosts there and add target_session_attrs=read-write"};
  if (found->text(0, 0) != "on") return std::nullopt;
  return reason_of(found->text(0, 2), found->text(0, 3), found->text(0, 4), found->text(0, 5));
}

}  // namespace collector::postgres_store
